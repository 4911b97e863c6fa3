export interface ShellBlock {
  /** What stands after `sh` on the fence: `no-run` for one that is only checked, not run. */
  readonly info: string;
  readonly lines: readonly { readonly line: number; readonly text: string }[];
}

/** The ```sh blocks of a Markdown text; a command continued with `\` is one line. */
export function shellBlocks(markdown: string): ShellBlock[] {
  const blocks: ShellBlock[] = [];
  let block: { info: string; lines: { line: number; text: string }[] } | undefined;
  let continued = '';
  for (const [i, line] of markdown.split('\n').entries()) {
    const fence = /^```(\w*)\s*(.*)$/.exec(line);
    if (fence) {
      if (block) blocks.push(block);
      block = !block && fence[1] === 'sh' ? { info: fence[2] ?? '', lines: [] } : undefined;
      continue;
    }
    if (!block) continue;
    if (line.endsWith('\\')) {
      continued += `${line.slice(0, -1)} `;
      continue;
    }
    const text = `${continued}${line}`.trim();
    continued = '';
    if (text !== '' && !text.startsWith('#')) block.lines.push({ line: i + 1, text });
  }
  return blocks;
}

/** Words of a shell line: quotes group, a comment ends it. Nothing is expanded. */
export function words(line: string): string[] {
  const out: string[] = [];
  for (const [word] of line.matchAll(/(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s"'])+/g)) {
    if (word.startsWith('#')) break;
    out.push(
      word.replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'/g, (_, double?: string, single?: string) => double ?? single ?? ''),
    );
  }
  return out;
}
