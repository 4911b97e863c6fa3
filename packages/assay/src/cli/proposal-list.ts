import { defineCommand } from './command.ts';
import { governanceOf } from './governed.ts';

export const command = defineCommand({
  async run({ context, output }) {
    const found = await (await governanceOf(context)).list();
    output.table(
      ['proposal', 'changes', 'state', 'missing', 'ends'],
      found.map(({ id, proposal, standing }) => [
        id,
        `${proposal.change.kind}/${proposal.change.id}`,
        standing.state,
        standing.missing.join('; '),
        proposal.expires,
      ]),
    );
    if (found.length === 0) output.print('No proposals.');
    output.result(
      found.map(({ id, proposal, standing, sealed }) => ({ id, record: sealed.hash, proposal, ...standing })),
    );
    return 0;
  },
});
