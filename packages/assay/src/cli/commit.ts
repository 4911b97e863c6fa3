import { commitStage, findStages, locked, ParamsCache, statusOf } from '../data/index.ts';
import { AssayError } from '../errors.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  arguments: ['[TARGETS...]'],
  options: {
    force: { short: 'f', description: 'do not ask, also where dependencies changed' },
    recursive: { short: 'R', description: 'targets are folders that hold tracked data' },
  },
  async run({ arguments: targets, options, context, output, signal }) {
    const workplace = await context.workplace(signal, { onNote: (text) => output.note(text) });
    const changed = await locked(workplace, async () => {
      const stages = await findStages(workplace, targets, { recursive: options.recursive });
      const status = await statusOf(workplace, stages);
      const names = Object.keys(status);
      if (names.length > 0 && !options.force) {
        throw new AssayError('ASSAY_DVC_COMMIT_FORCE', `changed, and not by a run: ${names.join(', ')}`, {
          hint: 'To take what is there as the result, say --force.',
        });
      }
      const files: string[] = [];
      const params = new ParamsCache(workplace);
      for (const stage of stages)
        if (!stage.frozen || stage.name === undefined) files.push(...(await commitStage(workplace, stage, params)));
      return files;
    });
    output.result({ changed });
    return 0;
  },
});
