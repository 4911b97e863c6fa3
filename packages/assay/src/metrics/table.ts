/** Rows of text under a head; every row has as many cells as the head. */
export interface ComparisonTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A table as DVC prints it without borders: each column two wider than its title, or as wide as its widest cell. */
export function plainTable(table: ComparisonTable): string {
  return drawn(table, (cells) => cells.join('  ').trimEnd()).join('\n');
}

/** A table in GitHub's Markdown, with the empty line after it that DVC prints. */
export function markdownTable(table: ComparisonTable): string {
  const [head = '', ...rows] = drawn(table, (cells) => `| ${cells.join(' | ')} |`);
  const rule = `|${columnWidths(table)
    .map((width) => '-'.repeat(width + 2))
    .join('|')}|`;
  return `${[head, rule, ...rows].join('\n')}\n`;
}

/** Columns that a terminal gives to a text: two to wide characters, none to combining ones. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    if (/^[\p{Mn}\p{Me}\p{Cf}]$/u.test(character)) continue;
    width += wide.test(character) ? 2 : 1;
  }
  return width;
}

const wide = /^[ᄀ-ᅟ⺀-〾ぁ-㏿㐀-䶿一-鿿ꀀ-꓏가-힣豈-﫿︰-﹏＀-｠￠-￦\p{Emoji_Presentation}\u{20000}-\u{3fffd}]$/u;

function drawn({ head, rows }: ComparisonTable, line: (cells: readonly string[]) => string): readonly string[] {
  const widths = columnWidths({ head, rows });
  return [head, ...rows].flatMap((row) => {
    const cells = row.map((cell) => cell.trim().split(/\r?\n/));
    const height = Math.max(...cells.map((lines) => lines.length), 1);
    return Array.from({ length: height }, (_, i) =>
      line(cells.map((lines, column) => padded(lines[i] ?? '', widths[column]!))),
    );
  });
}

function columnWidths({ head, rows }: ComparisonTable): readonly number[] {
  const widths = head.map((title) => textWidth(title.trim()) + 2);
  for (const row of rows) {
    for (const [i, cell] of row.entries()) {
      for (const part of cell.trim().split(/\r?\n/)) widths[i] = Math.max(widths[i] ?? 0, textWidth(part));
    }
  }
  return widths;
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)));
}
