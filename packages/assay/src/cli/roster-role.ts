import { defineCommand } from './command.ts';
import { personIn, proposeOptions, rosterChange, sealOrPropose } from './governed.ts';

export const command = defineCommand({
  arguments: ['PERSON', '[ROLE...]'],
  options: proposeOptions,
  details:
    'These are then all of their roles; without one, they have none. PERSON is a label, or the beginning of an id.',
  async run({ arguments: [reference, ...roles], options, context, output }) {
    const draft = await rosterChange(context, (roster) => {
      const { id } = personIn(roster, reference!);
      return { actors: roster.actors.map((person) => (person.id === id ? { ...person, roles } : person)) };
    });
    await sealOrPropose(draft, options, context, output);
    return 0;
  },
});
