import { AssayError } from '../errors.ts';
import { encode, missingApprovals, type Policy, policyId, readPolicy } from '../governance/index.ts';
import { defineCommand } from './command.ts';
import { governanceOf, proposeOptions, sealOrPropose } from './governed.ts';

const SECONDS: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400 };

export const command = defineCommand({
  arguments: ['KIND[/IDS]'],
  options: {
    approvals: { value: 'N', description: 'how many different people, the proposer apart', default: 1, number: true },
    role: { value: 'ROLE[=N]', description: 'of these, so many by this role; may be given again', repeat: true },
    expires: { value: 'TIME', description: 'how long a proposal is open, such as 12h or 7d', default: '7d' },
    ...proposeOptions,
  },
  details: 'IDS may have `*` for any characters. Where several policies take in a record, each of them has to be met.',
  async run({ arguments: [target = ''], options, context, output }) {
    const slash = target.indexOf('/');
    const [, count, unit = ''] = /^([1-9]\d{0,4})([mhd])$/.exec(options.expires) ?? [];
    if (count === undefined)
      throw new AssayError('ASSAY_CLI_VALUE', `${options.expires} is no length of time`, {
        hint: 'For instance 12h or 7d.',
      });
    const policy: Policy = {
      kind: slash < 0 ? target : target.slice(0, slash),
      pattern: slash < 0 ? '*' : target.slice(slash + 1),
      approvals: options.approvals,
      roles: (options.role ?? []).map((text) => {
        const [role = '', wanted = '1'] = text.split('=');
        return { role, approvals: Number(wanted) };
      }),
      expiresSeconds: Number(count) * SECONDS[unit]!,
    };
    const body = encode(policy);
    readPolicy(body.bytes);
    const { people } = await (await governanceOf(context)).replay();
    // One of them proposes; a policy that nobody could ever meet would lock the ledger.
    const canBeMet = people.some(
      (proposer) =>
        missingApprovals(
          policy,
          people.filter((one) => one !== proposer),
        ).length === 0,
    );
    if (!canBeMet)
      throw new AssayError(
        'ASSAY_POLICY_IMPOSSIBLE',
        `the roster has not enough people for ${target}: ${missingApprovals(policy, people.slice(1)).join('; ')}`,
        {
          hint: 'Add people and roles first: assay roster add, assay roster role.',
        },
      );
    const newest = await (await context.records()).latest('policy', policyId(policy));
    await sealOrPropose(
      {
        kind: 'policy',
        id: policyId(policy),
        revision: (newest?.record.revision ?? 0) + 1,
        version: `1:${newest?.record.revision ?? 0}:0`,
        event: newest ? 'updated' : 'created',
        body,
        parents: newest ? [{ role: 'previous', ref: `record:${newest.hash}` }] : [],
      },
      options,
      context,
      output,
    );
    return 0;
  },
});
