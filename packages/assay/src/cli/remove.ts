import { join } from 'node:path';
import { findStages, locked, removeStage } from '../data/index.ts';
import { defineCommand } from './command.ts';
import { stageInGit } from './git-changes.ts';

export const command = defineCommand({
  arguments: ['TARGETS...'],
  options: { outs: { description: 'and the data itself; what is cached can be brought back from git history' } },
  async run({ arguments: targets, options, context, output, signal }) {
    const workplace = await context.workplace(signal, { onNote: (text) => output.note(text) });
    const changed = await locked(workplace, async () => {
      const stages = await findStages(workplace, targets);
      return stages.flatMap((stage) => removeStage(workplace, stage, options.outs));
    });
    const { repository } = workplace;
    await stageInGit(
      repository,
      changed.map((file) => join(repository.root, file)),
    );
    output.result({ changed });
    return 0;
  },
});
