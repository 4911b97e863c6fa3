/**
 * Rotates the key of a project's ledger, and is killed right after the step of this number, counted from 1.
 *
 *     node tests/faults/ledger/rotate.ts PROJECT STEP
 */
import { openContext } from '../../../packages/assay/src/cli/context.ts';
import { rotateLedgerKey } from '../../../packages/assay/src/keys/index.ts';

const [folder, step] = process.argv.slice(2);
if (folder === undefined || step === undefined) throw new Error('usage: rotate.ts PROJECT STEP');

const context = openContext(folder);
const records = await context.readRecords();
let done = 0;
await rotateLedgerKey({
  project: context.project(),
  environment: process.env,
  records,
  recordsSignedBy: context.recordsSignedBy,
  onStep() {
    if (++done === Number(step)) process.kill(process.pid, 'SIGKILL');
  },
});
await records.close();
