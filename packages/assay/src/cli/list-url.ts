import { listUrl, listUrlTree } from '../access/index.ts';
import { defineCommand } from './command.ts';
import { pairs } from './data-options.ts';
import { alignedRows, entryRow, treeRows } from './entry-rows.ts';

export const command = defineCommand({
  arguments: ['URL'],
  options: {
    recursive: { short: 'R', description: 'files of all folders' },
    tree: { short: 'T', description: 'folders as a tree' },
    level: { short: 'L', value: 'N', number: true, description: 'how many folders deep' },
    size: { description: 'with sizes' },
    fsConfig: { value: 'NAME=VALUE...', repeat: true, description: 'options of the address, as of a remote' },
  },
  async run({ arguments: [url = ''], options, context, output, signal }) {
    const choice = {
      config: await context.settings(),
      recursive: options.recursive,
      ...(options.level === undefined ? {} : { level: options.level }),
      ...(options.fsConfig.length === 0 ? {} : { settings: pairs(options.fsConfig, '--fs-config') }),
    };
    const shown = { size: options.size, hash: false, colors: output.colors };
    const visit = context.visit(signal);
    if (options.tree) {
      const tree = await listUrlTree(url, visit, choice);
      for (const line of alignedRows(treeRows(tree, shown), options.size)) output.print(line);
      output.result(tree);
      return 0;
    }
    const entries = await listUrl(url, visit, choice);
    const rows = entries.map((one) => entryRow(one, one.path, shown));
    for (const line of alignedRows(rows, options.size)) output.print(line);
    output.result(entries.map(({ path, isdir, size }) => ({ path, isdir, size })));
    return 0;
  },
});
