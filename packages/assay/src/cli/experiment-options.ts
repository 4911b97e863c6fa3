/** Which experiments are meant, by the commits they were derived from. */
export const baselineOptions = {
  rev: { value: 'COMMIT', repeat: true, description: 'experiments of these commits (default HEAD)' },
  num: { short: 'n', value: 'N', number: true, description: 'and of so many first parents, itself counted' },
  allCommits: { short: 'A', description: 'of all commits' },
} as const;

export function toBaselines(options: {
  readonly rev: readonly string[];
  readonly num: number | undefined;
  readonly allCommits: boolean;
}) {
  const { rev, num, allCommits } = options;
  return { revs: rev, allCommits, ...(num === undefined ? {} : { num }) };
}

/** `'a', 'b' and 'c'` */
export function quotedList(names: readonly string[]): string {
  const quoted = names.map((name) => `'${name}'`);
  const last = quoted.pop() ?? '';
  return quoted.length === 0 ? last : `${quoted.join(', ')} and ${last}`;
}
