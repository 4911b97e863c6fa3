import { defineCommand } from './command.ts';

export const command = defineCommand({
  arguments: ['[TARGETS...]'],
  options: {
    allBranches: { short: 'a', description: 'of the tips of all branches' },
    allTags: { short: 'T', description: 'of all tags' },
    allCommits: { short: 'A', description: 'of all commits' },
    recursive: { short: 'R', description: 'targets may be folders; they may be so without it too' },
    md: { description: 'print a table in Markdown' },
    precision: { value: 'n', description: 'digits after the point, 5 unless given', number: true },
  },
  async run({ arguments: targets, options, context, output, signal }) {
    const { metricsTable, plainResults, showMetrics } = await import('../metrics/index.ts');
    const { defaultPrecision, printTable } = await import('./comparison-output.ts');
    const { allBranches, allTags, allCommits } = options;
    const failed = new Map<string, Error>();
    const shown = await showMetrics(
      await context.workplace(signal),
      { targets, allBranches, allTags, allCommits },
      (revision, error) => {
        failed.set(revision, error);
        output.note(`metrics of ${revision} cannot be read: ${error.message}`);
      },
    );
    for (const [revision, files] of shown) {
      const unread = [...files].filter(([, file]) => file.error !== undefined).map(([path]) => path);
      const where = revision === '' ? '' : ` of ${revision}`;
      if (unread.length > 0) output.note(`Metrics${where} that cannot be read: ${unread.join(', ')}`);
    }
    if (output.json) {
      const { pythonJson } = await import('../dvc/index.ts');
      const revisions = [
        ...[...shown].map(([name, files]) => [name, { data: plainResults(files) }] as const),
        ...[...failed].map(([name, { message }]) => [name, { error: { type: 'Error', msg: message } }] as const),
      ];
      output.raw(`${pythonJson(Object.fromEntries(revisions))}\n`);
    } else {
      const table = metricsTable(shown, {
        revisions: allBranches || allTags || allCommits,
        precision: options.precision || defaultPrecision,
        rounding: 'decimals',
      });
      printTable(output, table, options.md);
    }
    return 0;
  },
});
