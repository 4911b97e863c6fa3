import { AssayError } from '../errors.ts';
import { finishRotation, rotateLedgerKey } from '../keys/index.ts';
import { acquireLock, findProject } from '../workspace/index.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  options: {
    to: {
      value: 'KEY',
      description: 'the new key: a file with the private one, or the public one of what ASSAY_SIGNER has',
    },
    revokeSince: {
      value: 'INDEX',
      number: true,
      description: 'revoke the old key from this record on: it was in wrong hands',
    },
    reason: { value: 'TEXT', description: 'why, in one line; sealed, and shown to everyone' },
    finish: { description: 'only finish what was begun, here or in another home that has this ledger' },
  },
  details: [
    'Makes a new key in $ASSAY_HOME, seals the hand-over with the signatures of both keys, and goes over to it. The hand-over is the last',
    'record of a checkpoint that both keys sign; the new key alone signs all later ones. Receipts carry the hand-overs, so that who has an',
    'earlier key needs no other. Killed at any moment, it is finished by the next call. Programs that have the ledger open add nothing',
    'more until they are started again.',
  ].join('\n'),
  async run({ options, context, output }) {
    const { environment } = context;
    const { to, revokeSince: since, reason, finish } = options;
    if (finish && (to ?? since ?? reason) !== undefined) {
      throw new AssayError('ASSAY_CLI_VALUE', '--finish begins nothing: it goes with no other option');
    }
    const { paths } = context.project();
    using _lock = await acquireLock(paths.locks, 'ledger-key', { command: 'assay ledger key', now: context.clock() });
    const records = await context.readRecords();
    const { dim, green } = output.colors;
    try {
      const work = {
        // Read again: another rotation may have been first.
        project: findProject(context.directory),
        environment,
        records,
        recordsSignedBy: context.recordsSignedBy,
        onStep: (step: string) => output.print(dim(step)),
        ...(to !== undefined && { to }),
        ...(since !== undefined && { since }),
        ...(reason !== undefined && { reason }),
      };
      const rotated = await (finish ? finishRotation(work) : rotateLedgerKey(work));
      if (!rotated) output.print('there is nothing to finish');
      else {
        const { vkey, finished, keyFile } = rotated;
        output.print(
          `${green('✓')} ${finished ? 'finished: the ledger has the key' : 'the ledger has the key'} ${vkey}`,
        );
        if (keyFile !== undefined) output.print(dim(`its private key: ${keyFile}`));
        output.print(
          dim('The old private key is needed no more. Tell witnesses of this key: `assay witness add-log` there.'),
        );
      }
      output.result({
        rotated: rotated !== undefined && !rotated.finished,
        ...(rotated ?? { vkey: work.project.vkey }),
      });
      return 0;
    } finally {
      await records.close();
    }
  },
});
