import { defineCommand } from './command.ts';

export const command = defineCommand({
  arguments: ['[A_REV]', '[B_REV]'],
  options: {
    targets: { value: 'paths...', description: 'only these files or folders', repeat: true },
    recursive: { short: 'R', description: 'targets may be folders; they may be so without it too' },
    all: { description: 'metrics that have not changed, too' },
    md: { description: 'print a table in Markdown' },
    noPath: { description: 'leave out the files' },
    precision: { value: 'n', description: 'digits after the point, 5 unless given', number: true },
  },
  details: 'Compares HEAD with the workspace unless revisions are named.',
  async run({ arguments: [old, now], options, context, output, signal }) {
    const { diffRevisions, diffTable } = await import('../metrics/index.ts');
    const { defaultPrecision, printDiffJson, printTable } = await import('./comparison-output.ts');
    const diff = await diffRevisions(await context.workplace(signal), 'metrics', {
      old,
      new: now,
      targets: options.targets,
      all: options.all,
    });
    if (output.json) printDiffJson(output, diff);
    else {
      const table = diffTable(diff, {
        title: 'Metric',
        old,
        new: now,
        noPath: options.noPath,
        precision: options.precision || defaultPrecision,
        rounding: 'decimals',
      });
      printTable(output, table, options.md);
    }
    return 0;
  },
});
