import { locationOf } from '../data/index.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  arguments: ['TARGETS...'],
  details: 'Prints the targets that a .dvcignore leaves out; the exit code is 1 when there are none.',
  async run({ arguments: targets, context, output, signal }) {
    const workplace = await context.workplace(signal);
    const ignored = targets.filter((target) =>
      workplace.repository.ignore.ignores(locationOf(workplace, target), target.endsWith('/')),
    );
    for (const target of ignored) output.print(target);
    output.result({ ignored });
    return ignored.length > 0 ? 0 : 1;
  },
});
