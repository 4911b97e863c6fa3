import { defineCommand } from './command.ts';
import { verifyAll } from './verify.ts';

export const command = defineCommand({
  options: {
    noBodies: {
      description: 'the ledger only: entries, tree, checkpoints and links, without the bytes they vouch for',
    },
  },
  details:
    'As `assay verify`: changes nothing, names every record and check that fails, and then ends with exit code 1.',
  run: ({ options, context, output, signal }) => verifyAll(context, output, signal, options.noBodies !== true),
});
