import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { AssayError } from '../errors.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  arguments: ['HOOK', '[WORDS...]'],
  options: {
    ancestor: { value: 'FILE', description: 'of merge-driver: what both sides come from' },
    our: { value: 'FILE', description: 'of merge-driver: our side, where the result goes' },
    their: { value: 'FILE', description: 'of merge-driver: their side' },
  },
  details: 'What the hooks of `assay install` call: post-checkout, pre-commit, pre-push, merge-driver.',
  async run({ arguments: [hook = '', ...words], options, context, signal, output }) {
    try {
      await context.repository();
    } catch (error) {
      // A hook also runs in commits from before there was data.
      if (error instanceof AssayError && error.code === 'ASSAY_DVC_NOT_A_REPOSITORY') return 0;
      throw error;
    }
    const { main } = await import('./main.ts');
    const call = (name: string) => main(['-C', context.directory, name]);
    switch (hook) {
      case 'pre-commit':
        return call('status');
      case 'pre-push':
        return call('push');
      case 'post-checkout':
        return isBranchCheckout(words, context.environment) && !isInRebase(context.directory) ? call('checkout') : 0;
      case 'merge-driver': {
        const { ancestor, our, their } = options;
        if (ancestor === undefined || our === undefined || their === undefined) break;
        const { mergeDataFiles } = await import('../data/index.ts');
        const workplace = await context.workplace(signal, { onNote: (text) => output.note(text) });
        const at = (file: string) => resolve(context.directory, file);
        await mergeDataFiles(workplace, { ancestor: at(ancestor), our: at(our), their: at(their) });
        return 0;
      }
    }
    throw new AssayError('ASSAY_CLI_VALUE', `there is no hook ${hook}, or it lacks its files`, {
      hint: 'Known are post-checkout, pre-commit, pre-push, and merge-driver with --ancestor, --our and --their.',
    });
  },
});

/** githooks(5): the third word is 1 when a branch was checked out, 0 when files were; the tool pre-commit says it in a variable. */
function isBranchCheckout(words: readonly string[], environment: NodeJS.ProcessEnv): boolean {
  return (environment.PRE_COMMIT_CHECKOUT_TYPE ?? words[2]) === '1';
}

function isInRebase(directory: string): boolean {
  return existsSync(resolve(directory, '.git/rebase-merge'));
}
