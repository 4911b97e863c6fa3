import { defineCommand } from './command.ts';
import { personIn, proposeOptions, rosterChange, sealOrPropose } from './governed.ts';

export const command = defineCommand({
  arguments: ['PERSON'],
  options: proposeOptions,
  details: 'PERSON is a label, or the beginning of an id.',
  async run({ arguments: [reference], options, context, output }) {
    const draft = await rosterChange(context, (roster) => {
      const { id } = personIn(roster, reference!);
      return { actors: roster.actors.filter((person) => person.id !== id) };
    });
    await sealOrPropose(draft, options, context, output);
    return 0;
  },
});
