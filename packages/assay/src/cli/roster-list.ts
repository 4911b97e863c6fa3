import { defineCommand } from './command.ts';
import { governanceOf } from './governed.ts';

export const command = defineCommand({
  async run({ context, output }) {
    const { people } = await (await governanceOf(context)).replay();
    output.table(
      ['id', 'label', 'roles', 'key'],
      people.map(({ id, label, roles, vkey }) => [id, label ?? '', roles?.join(', ') ?? '', vkey]),
    );
    output.result(people);
    return 0;
  },
});
