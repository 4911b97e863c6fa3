import { defineCommand } from './command.ts';
import { governanceOf } from './governed.ts';

export const command = defineCommand({
  arguments: ['PROPOSAL'],
  async run({ arguments: [reference], context, output }) {
    const { id, proposal, standing, sealed } = await (await governanceOf(context)).find(reference!);
    const { change } = proposal;
    const { bold, dim } = output.colors;
    output.print(`${bold(id)} ${standing.state}`);
    output.print(
      `${dim('changes ')} ${change.kind}/${change.id}, revision ${change.revision}, ${change.event}, ${change.version}`,
    );
    output.print(`${dim('proposer')} ${proposal.proposer}`);
    output.print(`${dim('ends    ')} ${proposal.expires}`);
    for (const { person, decision, at } of standing.votes)
      output.print(`${dim('vote    ')} ${decision} by ${person.label ?? person.id} at ${at}`);
    for (const text of standing.missing) output.print(`${dim('missing ')} ${text}`);
    output.result({ id, record: sealed.hash, proposal, ...standing });
    return 0;
  },
});
