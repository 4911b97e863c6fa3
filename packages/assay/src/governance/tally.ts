import type { Person, Policy } from './documents.ts';

/** What a policy still lacks, for a person; empty when these people are enough. Each of them fills one role at most. */
export function missingApprovals(policy: Policy, approvers: readonly Person[]): readonly string[] {
  const missing: string[] = [];
  const lacking = policy.approvals - approvers.length;
  if (lacking > 0) missing.push(`${lacking} more of ${policy.approvals} approvals`);
  const seats = policy.roles.flatMap(({ role, approvals }) => Array.from({ length: approvals }, () => role));
  const seatOf = new Map<Person, number>();
  // A bipartite matching by augmenting paths: who holds two roles sits where nobody else can.
  const seat = (position: number, tried: Set<Person>): boolean => {
    for (const person of approvers) {
      if (tried.has(person) || !person.roles?.includes(seats[position]!)) continue;
      tried.add(person);
      const taken = seatOf.get(person);
      if (taken !== undefined && !seat(taken, tried)) continue;
      seatOf.set(person, position);
      return true;
    }
    return false;
  };
  for (const [position, role] of seats.entries()) {
    if (!seat(position, new Set())) missing.push(`an approval by role ${role}`);
  }
  return missing;
}
