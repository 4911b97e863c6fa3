import { defineCommand } from './command.ts';

export const command = defineCommand({
  arguments: ['[A_REV]', '[B_REV]'],
  options: {
    targets: { value: 'paths...', description: 'only these files, tracked or not', repeat: true },
    all: { description: 'parameters that have not changed, too' },
    deps: { description: 'only parameters that stages depend on' },
    md: { description: 'print a table in Markdown' },
    noPath: { description: 'leave out the files' },
  },
  details: 'Compares HEAD with the workspace unless revisions are named.',
  async run({ arguments: [old, now], options, context, output, signal }) {
    const { diffRevisions, diffTable } = await import('../metrics/index.ts');
    const { printDiffJson, printTable } = await import('./comparison-output.ts');
    const diff = await diffRevisions(await context.workplace(signal), 'params', {
      old,
      new: now,
      targets: options.targets,
      all: options.all,
      depsOnly: options.deps,
    });
    if (output.json) printDiffJson(output, diff);
    else {
      const { noPath } = options;
      printTable(output, diffTable(diff, { title: 'Param', old, new: now, noPath, showChange: false }), options.md);
    }
    return 0;
  },
});
