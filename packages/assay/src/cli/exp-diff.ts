import { defineCommand } from './command.ts';

export const command = defineCommand({
  arguments: ['[A_REV]', '[B_REV]'],
  options: {
    all: { description: 'what has not changed, too' },
    paramDeps: { description: 'only parameters that stages depend on' },
    md: { description: 'print tables in Markdown' },
    noPath: { description: 'leave out the files' },
    precision: { value: 'n', description: 'digits that floats of metrics keep, 5 unless given', number: true },
  },
  details: 'Compares HEAD with the workspace unless experiments, or other revisions, are named.',
  async run({ arguments: [old, now], options, context, output, signal }) {
    const { diffExperiments } = await import('../experiments/index.ts');
    const { diffTable, plainDiff } = await import('../metrics/index.ts');
    const { defaultPrecision, printTable } = await import('./comparison-output.ts');
    const { all, paramDeps, noPath, md } = options;
    const diff = await diffExperiments(await context.workplace(signal), { old, new: now, all, paramDeps });
    if (output.json) {
      const { pythonJson } = await import('../dvc/index.ts');
      const plain = diff ? { metrics: plainDiff(diff.metrics), params: plainDiff(diff.params) } : {};
      output.raw(`${pythonJson(plain)}\n`);
      return 0;
    }
    if (!diff) return 0;
    const shared = { old, new: now, noPath, noDifference: 'diff not supported' };
    const precision = options.precision || defaultPrecision;
    printTable(output, diffTable(diff.metrics, { ...shared, title: 'Metric', precision }), md);
    output.raw('\n');
    printTable(output, diffTable(diff.params, { ...shared, title: 'Param' }), md);
    return 0;
  },
});
