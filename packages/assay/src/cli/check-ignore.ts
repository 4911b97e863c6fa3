import { lstatSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { locationOf, type Workplace } from '../data/index.ts';
import { AssayError } from '../errors.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  arguments: ['[TARGETS...]'],
  options: {
    details: { short: 'd', description: 'with the line that decides' },
    all: { short: 'a', description: 'as --details alone: one line decides' },
    nonMatching: { short: 'n', description: 'also what no line is about; for --details' },
    stdin: { description: 'read targets from the input, one a line' },
  },
  details: 'Prints the targets that a .dvcignore leaves out; the exit code is 1 when there are none.',
  async run({ arguments: words, options, context, output, signal }) {
    checkTogether(options, words.length);
    const workplace = await context.workplace(signal);
    const results = (options.stdin ? await linesOfInput() : words).map((target) => ask(workplace, target));
    for (const { target, line, ignored } of results) {
      if (!options.details) {
        if (ignored) output.print(target);
        continue;
      }
      const shown = line ?? (options.nonMatching ? '::' : undefined);
      if (shown !== undefined) output.print(`${shown}\t${target}`);
    }
    output.result({
      ignored: results.filter((one) => one.ignored).map((one) => one.target),
      targets: results.map(({ line, ...one }) => ({ ...one, lines: line === undefined ? [] : [line] })),
    });
    return results.some((one) => (options.details ? one.line !== undefined : one.ignored)) ? 0 : 1;
  },
});

function ask(workplace: Workplace, target: string) {
  const { root, ignore } = workplace.repository;
  const path = resolve(workplace.directory, target);
  // No .dvcignore is about what lies outside.
  if (path !== root && !path.startsWith(`${root}/`)) return { target, ignored: false, line: undefined };
  const location = locationOf(workplace, target);
  const stats = lstatSync(path, { throwIfNoEntry: false });
  const isDirectory = target.endsWith('/') || stats?.isDirectory() === true;
  return { target, ignored: ignore.ignores(location, isDirectory), line: ignore.about(location, isDirectory) };
}

function checkTogether(
  options: { readonly details: boolean; readonly all: boolean; readonly nonMatching: boolean; readonly stdin: boolean },
  targets: number,
): void {
  const fail = (message: string) => {
    throw new AssayError('ASSAY_CLI_VALUE', message, { hint: 'See `assay check-ignore --help`.' });
  };
  if ((options.nonMatching || options.all) && !options.details) fail('--all and --non-matching belong to --details');
  if (options.stdin && targets > 0) fail('targets stand in the command line or in the input, not in both');
  if (!options.stdin && targets === 0) fail('there are no targets');
}

async function linesOfInput(): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === '') break;
    lines.push(line);
  }
  return lines;
}
