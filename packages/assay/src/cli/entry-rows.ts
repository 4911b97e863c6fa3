import type { ListedEntry, ListedTree } from '../access/index.ts';
import { textWidth } from '../metrics/index.ts';
import type { Output } from './output.ts';

interface Shown {
  readonly size: boolean;
  readonly hash: boolean;
  readonly colors: Output['colors'];
}

/** A line of a listing as cells: size and hash where they are asked for, then the name. */
export function entryRow(entry: ListedEntry, name: string, { size, hash, colors }: Shown): readonly string[] {
  const isEmpty = entry.size === null || (entry.size <= 0 && entry.isdir);
  return [
    ...(size ? [isEmpty ? '' : naturalSize(entry.size!)] : []),
    ...(hash ? [entry.md5 ?? '-'] : []),
    entry.isdir ? colors.bold(colors.blue(name)) : entry.isexec ? colors.bold(colors.green(name)) : name,
  ];
}

export function treeRows(tree: ListedTree, shown: Shown): readonly (readonly string[])[] {
  const rows: (readonly string[])[] = [];
  const add = (entry: ListedTree, lead: string, edge: string) => {
    const cells = entryRow(entry, entry.path, shown);
    rows.push([...cells.slice(0, -1), `${lead}${edge}${cells.at(-1)}`]);
    const next = edge === '' ? lead : `${lead}${edge === '└── ' ? '    ' : '│   '}`;
    const contents = entry.contents ?? [];
    for (const [i, child] of contents.entries()) add(child, next, i === contents.length - 1 ? '└── ' : '├── ');
  };
  add(tree, '', '');
  return rows;
}

/** Cells in columns, two spaces apart; numbers in the first one stand to the right. */
export function alignedRows(rows: readonly (readonly string[])[], firstToRight: boolean): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => textWidth(row[column] ?? ''))));
  return rows.map((row) =>
    row
      .map((cell, i) => {
        if (i === row.length - 1) return cell;
        const fill = ' '.repeat(Math.max(0, widths[i]! - textWidth(cell)));
        return i === 0 && firstToRight ? fill + cell : cell + fill;
      })
      .join('  '),
  );
}

/** Bytes as DVC writes them: three digits, in steps of 1024. */
export function naturalSize(bytes: number): string {
  if (bytes < 1024) return String(bytes);
  let value = bytes;
  for (const unit of ['', 'k', 'M', 'G', 'T', 'P', 'E', 'Z']) {
    if (value < 999.5) return `${value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0)}${unit}`;
    value /= 1024;
  }
  return `${value.toFixed(1)}Y`;
}
