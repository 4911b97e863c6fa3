import { type ListedEntry, listRepository, listTree } from '../access/index.ts';
import { pythonJson } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { accessOptions, givenOf } from './access-options.ts';
import { defineCommand } from './command.ts';
import { alignedRows, entryRow, treeRows } from './entry-rows.ts';

export const command = defineCommand({
  arguments: ['URL', '[PATH]'],
  options: {
    recursive: { short: 'R', description: 'files of all folders' },
    tree: { short: 'T', description: 'folders as a tree' },
    level: { short: 'L', value: 'N', number: true, description: 'how many folders deep' },
    dvcOnly: { description: 'only tracked data' },
    size: { description: 'with sizes' },
    showHash: { description: 'with hashes' },
    ...accessOptions,
  },
  details: 'URL is a folder, or anything that git can clone. What is in git and what is tracked is shown together.',
  async run({ arguments: [url = '', path = ''], options, context, output, signal }) {
    if (options.tree && output.json) {
      throw new AssayError('ASSAY_CLI_VALUE', '--tree and --json cannot be had together', { hint: 'Leave out one.' });
    }
    const choice = {
      given: givenOf(options),
      trackedOnly: options.dvcOnly,
      recursive: options.recursive,
      ...(options.rev === undefined ? {} : { rev: options.rev }),
      ...(options.level === undefined ? {} : { level: options.level }),
    };
    const visit = context.visit(signal, { onNote: (text) => output.progressNote(text) });
    const shown = { size: options.size, hash: options.showHash, colors: output.colors };
    if (options.tree) {
      const rows = treeRows(await listTree(url, path, visit, choice), shown);
      for (const line of alignedRows(rows, options.size)) output.print(line);
      return 0;
    }
    const entries = await listRepository(url, path, visit, choice);
    if (output.json) output.raw(`${pythonJson(entries.map(jsonEntry))}\n`);
    else
      for (const line of alignedRows(
        entries.map((one) => entryRow(one, one.path, shown)),
        options.size,
      ))
        output.print(line);
    return 0;
  },
});

function jsonEntry({ size, ...rest }: ListedEntry) {
  const { isout, isdir, isexec, md5, path } = rest;
  return { isout, isdir, isexec, size: size === null ? null : BigInt(size), md5, path };
}
