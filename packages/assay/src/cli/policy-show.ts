import { AssayError } from '../errors.ts';
import { policyId } from '../governance/index.ts';
import { defineCommand } from './command.ts';
import { governanceOf } from './governed.ts';

export const command = defineCommand({
  arguments: ['KIND[/IDS]'],
  details: 'What it asks for, who of the roster could give that, and the proposals that wait under it.',
  async run({ arguments: [id = ''], context, output }) {
    const governance = await governanceOf(context);
    const replay = await governance.replay();
    const found = replay.policies.find(({ policy }) => policyId(policy) === id);
    if (!found) {
      throw new AssayError('ASSAY_POLICY_UNKNOWN', `there is no policy ${id} in force`, {
        hint: 'See `assay policy list`.',
      });
    }
    const { policy, ref } = found;
    const sealed = (await (await context.records()).get(ref.slice('record:'.length)))!;
    const people = replay.people.map(({ id: own, label, roles = [] }) => ({ id: own, label, roles }));
    const waiting = (await governance.list()).filter(
      ({ proposal, standing }) =>
        proposal.policies.includes(ref) && (standing.state === 'open' || standing.state === 'approved'),
    );
    const { bold, dim } = output.colors;
    const line = (name: string, text: string) => output.print(`${dim(name.padEnd(9))} ${text}`);
    output.print(bold(id));
    line('guards', `${policy.kind}/${policy.pattern}`);
    line('approvals', `${policy.approvals}, the proposer apart`);
    for (const { role, approvals } of policy.roles) {
      const able = people.filter(({ roles }) => roles.includes(role)).map(({ id: own, label }) => label ?? own);
      line('of these', `${approvals} by role ${role}: ${able.join(', ') || 'nobody has it'}`);
    }
    line('open for', `${policy.expiresSeconds / 3600} h`);
    line('since', `${sealed.record.at}, revision ${sealed.record.revision} (record ${sealed.hash.slice(0, 12)})`);
    for (const { id: own, proposal, standing } of waiting)
      line('waiting', `${own} ${standing.state}, ${proposal.change.kind}/${proposal.change.id}`);
    output.result({
      id,
      policy,
      record: sealed.hash,
      revision: sealed.record.revision,
      since: sealed.record.at,
      people,
      waiting: waiting.map(({ id: own, proposal, standing }) => ({
        proposal: own,
        state: standing.state,
        changes: `${proposal.change.kind}/${proposal.change.id}`,
      })),
    });
    return 0;
  },
});
