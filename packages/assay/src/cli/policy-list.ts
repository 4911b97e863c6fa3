import { policyId } from '../governance/index.ts';
import { defineCommand } from './command.ts';
import { governanceOf } from './governed.ts';

export const command = defineCommand({
  async run({ context, output }) {
    const { policies } = await (await governanceOf(context)).replay();
    output.table(
      ['policy', 'approvals', 'of these by role', 'open for', 'record'],
      policies.map(({ policy, ref }) => [
        policyId(policy),
        policy.approvals,
        policy.roles.map(({ role, approvals }) => `${approvals} ${role}`).join(', '),
        `${policy.expiresSeconds / 3600} h`,
        ref.slice(7, 19),
      ]),
    );
    if (policies.length === 0) output.print('No policy: anything may be changed by whoever can seal.');
    output.result(policies);
    return 0;
  },
});
