import { join } from 'node:path';
import { findStages, locked, setFrozen, shownAddress } from '../data/index.ts';
import { defineCommand } from './command.ts';
import { stageInGit } from './git-changes.ts';

export const command = defineCommand({
  arguments: ['TARGETS...'],
  async run({ arguments: targets, context, output, signal }) {
    const workplace = await context.workplace(signal, { onNote: (text) => output.note(text) });
    const changed = await locked(workplace, async () => {
      const stages = await findStages(workplace, targets);
      const frozen = stages.filter((stage) => setFrozen(workplace, stage, false));
      await stageInGit(
        workplace.repository,
        frozen.map((stage) => join(workplace.repository.root, stage.file)),
      );
      return frozen.map((stage) => shownAddress(workplace, stage));
    });
    output.result({ changed });
    return 0;
  },
});
