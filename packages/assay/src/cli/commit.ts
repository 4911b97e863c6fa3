import { commitStage, findStages, isChanged, locked, ParamsCache, withUpstream } from '../data/index.ts';
import { AssayError } from '../errors.ts';
import { defineCommand } from './command.ts';
import { tellGit } from './git-changes.ts';

export const command = defineCommand({
  arguments: ['[TARGETS...]'],
  options: {
    force: { short: 'f', description: 'do not ask, also where dependencies changed' },
    recursive: { short: 'R', description: 'targets are folders that hold tracked data' },
    withDeps: { short: 'd', description: 'and what the targets are made of' },
    allowMissing: { description: 'pass over outputs that are not there' },
    dataOnly: { description: 'only files and folders that are tracked by themselves, no stages' },
    noRelink: { description: 'leave links and copies in the workspace as they are' },
  },
  async run({ arguments: targets, options, context, output, signal }) {
    const workplace = await context.workplace(signal, { onNote: (text) => output.note(text) });
    const changed = await locked(workplace, async () => {
      const named = await findStages(workplace, targets, { recursive: options.recursive, within: true });
      const all = options.withDeps && targets.length > 0 ? await withUpstream(workplace, named) : named;
      const stages = all.filter((stage) => !options.dataOnly || (stage.cmd.length === 0 && stage.deps.length === 0));
      const params = new ParamsCache(workplace);
      const files: string[] = [];
      for (const stage of stages) {
        if (!options.force && (await isChanged(workplace, stage, params))) {
          throw new AssayError('ASSAY_DVC_COMMIT_FORCE', `${stage.address} changed, and not by a run`, {
            hint: 'To take what is there as the result, say --force.',
          });
        }
        files.push(...(await commitStage(workplace, stage, params, options)));
      }
      return files;
    });
    await tellGit(workplace.repository, changed, output);
    output.result({ changed });
    return 0;
  },
});
