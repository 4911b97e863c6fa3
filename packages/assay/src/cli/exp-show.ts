import { AssayError } from '../errors.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  options: {
    rev: { value: 'COMMIT', repeat: true, description: 'experiments of these commits (default HEAD)' },
    num: { short: 'n', value: 'N', number: true, description: 'and of so many first parents, itself counted' },
    allCommits: { short: 'A', description: 'of all commits' },
    allBranches: { short: 'a', description: 'of the tips of all branches' },
    allTags: { short: 'T', description: 'of all tags' },
    hideQueued: { description: 'without those that wait' },
    hideFailed: { description: 'without those that failed' },
    hideWorkspace: { description: 'without the workspace' },
    sha: { description: 'commits by their ids, not by the names of branches and tags' },
    sortBy: { value: 'NAME', description: 'sort the experiments of a commit by this metric or parameter' },
    sortOrder: { value: 'ORDER', default: 'asc', description: '`asc` or `desc`' },
    onlyChanged: { description: 'only columns whose values differ' },
    drop: { value: 'REGEX', repeat: true, description: 'leave out columns that begin like this' },
    keep: { value: 'REGEX', repeat: true, description: 'keep columns that begin like this, whatever else is said' },
    csv: { description: 'print CSV' },
    md: { description: 'print a table in Markdown' },
    precision: { value: 'n', description: 'digits that floats keep: 5 unless given, in CSV all', number: true },
    noPager: { description: "for DVC's sake: there is no pager" },
    force: { short: 'f', description: 'read commits again whose content is remembered' },
    paramDeps: { description: 'only parameters that stages depend on' },
  },
  async run({ options, context, output, signal }) {
    const { collectExperiments, csvText, experimentTable, plainStates } = await import('../experiments/index.ts');
    const { sortOrder } = options;
    if (sortOrder !== 'asc' && sortOrder !== 'desc') {
      throw new AssayError('ASSAY_CLI_USAGE', `--sort-order is \`asc\` or \`desc\`, not ${JSON.stringify(sortOrder)}`);
    }
    const states = await collectExperiments(await context.workplace(signal), {
      revs: options.rev,
      allBranches: options.allBranches,
      allTags: options.allTags,
      allCommits: options.allCommits,
      hideQueued: options.hideQueued,
      hideFailed: options.hideFailed,
      hideWorkspace: options.hideWorkspace,
      shaOnly: options.sha,
      paramDeps: options.paramDeps,
      force: options.force,
      ...(options.num === undefined ? {} : { num: options.num }),
    });
    if (output.json) {
      const { pythonJson } = await import('../dvc/index.ts');
      output.raw(`${pythonJson(plainStates(states))}\n`);
      return 0;
    }
    const { defaultPrecision } = await import('./comparison-output.ts');
    const { markdownTable, plainTable } = await import('../metrics/index.ts');
    const { csv, sortBy, onlyChanged, drop, keep } = options;
    const table = experimentTable(states, {
      csv,
      sortBy,
      sortOrder,
      onlyChanged,
      drop,
      keep,
      precision: options.precision || (csv ? undefined : defaultPrecision),
      now: context.clock(),
    });
    output.raw(csv ? csvText(table) : options.md ? `${markdownTable(table)}\n` : `${plainTable(table)}\n`);
    return 0;
  },
});
