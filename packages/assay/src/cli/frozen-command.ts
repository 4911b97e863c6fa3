import { join } from 'node:path';
import { findStages, locked, setFrozen, shownAddress } from '../data/index.ts';
import { defineCommand } from './command.ts';
import { stageInGit } from './git-changes.ts';

/** What `freeze` and `unfreeze` do with the stages that are named. */
export function frozenCommand(isFrozen: boolean) {
  return defineCommand({
    arguments: ['TARGETS...'],
    async run({ arguments: targets, context, output, signal }) {
      const workplace = await context.workplace(signal, { onNote: (text) => output.note(text) });
      const changed = await locked(workplace, async () => {
        const stages = await findStages(workplace, targets);
        const edited = stages.filter((stage) => setFrozen(workplace, stage, isFrozen));
        await stageInGit(
          workplace.repository,
          edited.map((stage) => join(workplace.repository.root, stage.file)),
        );
        return edited.map((stage) => shownAddress(workplace, stage));
      });
      output.result({ changed });
      return 0;
    },
  });
}
