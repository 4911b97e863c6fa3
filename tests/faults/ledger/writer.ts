/**
 * Appends records to a ledger until it is killed, and says on standard output, line by line, which were acknowledged.
 *
 * In the database that ASSAY_LEDGER names, or in a SQLite file in the folder.
 *
 *     node tests/faults/ledger/writer.ts FOLDER NAME WRITERS [COUNT]
 */
import { writeSync } from 'node:fs';
import { draftOf, ledgerIn } from '../../../packages/assay/src/records/ledger-fixture.ts';

const [folder, name, writers = '8', count = 'Infinity'] = process.argv.slice(2);
if (folder === undefined || name === undefined) throw new Error('usage: writer.ts FOLDER NAME WRITERS [COUNT]');

const store = await ledgerIn(folder, undefined, process.env.ASSAY_LEDGER).open();
writeSync(1, 'open\n');
let next = 0;
await Promise.all(
  Array.from({ length: Number(writers) }, async () => {
    while (next < Number(count)) {
      const id = `${name}-${next++}`;
      const [sealed] = await store.append([draftOf(id)]);
      // Synchronous, so that a line that was read means that the promise had resolved.
      writeSync(1, `${sealed?.index} ${sealed?.hash}\n`);
    }
  }),
);
await store.close();
