import { defineCommand } from './command.ts';
import { proposeOptions, rosterChange, sealOrPropose } from './governed.ts';

export const command = defineCommand({
  arguments: ['ID'],
  options: {
    key: { value: 'VKEY', description: 'their verifier key, as `assay roster request` prints it', required: true },
    label: { value: 'TEXT', description: 'what the project calls them' },
    role: { value: 'ROLE', description: 'a role they hold; may be given again', repeat: true },
    ...proposeOptions,
  },
  async run({ arguments: [id], options, context, output }) {
    const { key: vkey, label, role: roles } = options;
    const draft = await rosterChange(context, ({ actors }) => ({
      actors: [...actors, { id: id!, vkey, ...(label !== undefined && { label }), ...(roles?.length && { roles }) }],
    }));
    await sealOrPropose(draft, options, context, output);
    return 0;
  },
});
