/**
 * Appends records to a ledger until it is killed, and says on standard output, line by line, which were acknowledged.
 *
 * In the database that ASSAY_LEDGER names, or in a SQLite file in the folder. Given a step of a commit, it kills itself there,
 * after a few commits, and says of each checkpoint that it publishes which root that has.
 *
 *     node tests/faults/ledger/writer.ts FOLDER NAME WRITERS [COUNT] [STEP]
 */
import { writeSync } from 'node:fs';
import { draftOf, ledgerIn } from '../../../packages/assay/src/records/ledger-fixture.ts';
import { type KillStep, killsItself } from './kill-steps.ts';

const [folder, name, writers = '8', count = 'Infinity', step] = process.argv.slice(2);
if (folder === undefined || name === undefined) throw new Error('usage: writer.ts FOLDER NAME WRITERS [COUNT] [STEP]');

// Synchronous, so that a line that was read means that what it says had happened.
const say = (line: string) => writeSync(1, `${line}\n`);
const ledger = ledgerIn(folder, undefined, process.env.ASSAY_LEDGER);
const killing = step === undefined ? undefined : killsItself(step as KillStep, ledger.options, say);
const store = await ledger.open(killing?.options);
say('open');
let next = 0;
await Promise.all(
  Array.from({ length: Number(writers) }, async () => {
    while (next < Number(count)) {
      const id = `${name}-${next++}`;
      const [sealed] = await store.append([draftOf(id)]);
      killing?.reached('resolved');
      say(`${sealed?.index} ${sealed?.hash}`);
      killing?.reached('acknowledged');
    }
  }),
);
await store.close();
