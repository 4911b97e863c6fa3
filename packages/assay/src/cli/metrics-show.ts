import { atRevision, chosenRevisions, flatten, locationOf, readMetricsAt, sameValue } from '../data/index.ts';
import { gitTopOf, pythonJson, runGit, type Value } from '../dvc/index.ts';
import { defineCommand } from './command.ts';
import { markdownTable } from './markdown.ts';
import { text } from './number-table.ts';

export const command = defineCommand({
  arguments: ['[TARGETS...]'],
  options: {
    allBranches: { short: 'a', description: 'of all branches' },
    allTags: { short: 'T', description: 'of all tags' },
    allCommits: { short: 'A', description: 'of all commits' },
    md: { description: 'as a table in Markdown' },
    precision: { value: 'N', number: true, default: 5, description: 'significant digits in tables' },
  },
  async run({ arguments: words, options, context, output, signal }) {
    const workplace = await context.workplace(signal);
    const targets = words.map((word) => locationOf(workplace, word));
    const revisions = new Map([['workspace', 'workspace']]);
    for (const rev of await chosenRevisions(workplace, options)) {
      revisions.set(rev, await shownName(gitTopOf(workplace.repository), rev));
    }
    const result: Record<string, Value> = {};
    const rows: { readonly rev: string; readonly file: string; readonly values: ReadonlyMap<string, Value> }[] = [];
    for (const [rev, name] of revisions) {
      const at = await atRevision(workplace, rev);
      const numbers = await readMetricsAt(workplace, at, targets);
      await at.tree.close();
      const data = Object.fromEntries([...numbers].map(([file, value]) => [file, { data: value }]));
      result[revisions.size === 1 ? '' : name] = { data };
      for (const [file, value] of numbers) rows.push({ rev: name, file, values: flatten(value) });
    }
    if (revisions.size > 1) {
      // As DVC does: the workspace is told of only when it is not as the branch that is checked out.
      const branch = await runGit(gitTopOf(workplace.repository), ['symbolic-ref', '--short', '--quiet', 'HEAD']);
      const same = branch && result[branch.toString('utf8').trim()];
      if (same && sameValue(same, result.workspace!)) {
        delete result.workspace;
        rows.splice(0, rows.length, ...rows.filter(({ rev }) => rev !== 'workspace'));
      }
    }
    if (output.json) {
      output.raw(`${pythonJson(result)}\n`);
      return 0;
    }
    const keys = [...new Set(rows.flatMap(({ values }) => [...values.keys()]))];
    const withRev = revisions.size > 1;
    const head = [...(withRev ? ['Revision'] : []), 'Path', ...keys];
    const precision = Math.max(1, Math.floor(options.precision));
    const cells = rows.map(({ rev, file, values }) => [
      ...(withRev ? [rev] : []),
      file,
      ...keys.map((key) => (values.has(key) ? text(values.get(key)!, precision) : '-')),
    ]);
    if (options.md) output.raw(`${markdownTable(head, cells)}\n\n`);
    else output.table(head, cells);
    return 0;
  },
});

/** A branch or tag at the commit, or the beginning of its id. */
async function shownName(top: string, rev: string): Promise<string> {
  const names = await runGit(top, [
    'for-each-ref',
    '--points-at',
    rev,
    '--format=%(refname:short)',
    'refs/heads',
    'refs/tags',
  ]);
  return names?.toString('utf8').split('\n')[0] || rev.slice(0, 7);
}
