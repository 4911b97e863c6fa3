import type { PolicyView, ProposalSummary } from '../api/index.ts';

/** A person of the roster, by what the project calls them or by the beginning of the id. */
export function Person({ person: { id, label } }: { readonly person: ProposalSummary['proposer'] }) {
  return label === null ? <code title={id}>{id.slice(0, 12)}</code> : <span title={id}>{label}</span>;
}

/** `1 risk, 2 legal` */
export function rolesOf({ roles }: Pick<PolicyView, 'roles'>): string {
  return roles.map(({ role, approvals }) => `${approvals} ${role}`).join(', ');
}
