import type { Option, Options } from './command.ts';

/** Other names of commands, most of them as DVC has them; also of groups. */
const commandAliases: ReadonlyMap<string, string> = new Map([
  ['doctor', 'version'],
  ['experiments', 'exp'],
  ['exp ls', 'exp list'],
  ['ledger fsck', 'verify'],
  ['exp rm', 'exp remove'],
  ['rm', 'remove'],
]);

/** The words with the names that the table of commands has. */
export function withoutCommandAliases(words: readonly string[]): readonly string[] {
  let named = words;
  for (let count = 1; count <= 2; count++) {
    const known = commandAliases.get(named.slice(0, count).join(' '));
    if (known !== undefined && named.length >= count) named = [...known.split(' '), ...named.slice(count)];
  }
  return named;
}

/** `--all-branches` of `allBranches`. */
export function longFlag(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/**
 * Long options by the names that the table has: other names, and beginnings that only one option has, as DVC takes them.
 * @param more flags that every command has
 * @param isRest from the first word on that is no option, words belong to another program
 */
export function withoutFlagAliases(
  words: readonly string[],
  table: Options,
  more: readonly string[],
  isRest: boolean,
): readonly string[] {
  const flags = new Map<string, string>(more.map((flag) => [flag, flag]));
  const valued = new Set<string>();
  for (const [name, option] of Object.entries(table)) {
    const flag = longFlag(name);
    for (const one of [flag, ...(option.aliases ?? [])]) flags.set(one, flag);
    if (takesNext(option)) valued.add(flag).add(`-${option.short}`);
  }
  const result: string[] = [];
  let rest = false;
  let isValue = false;
  for (const word of words) {
    rest ||= word === '--' || (isRest && !isValue && !word.startsWith('-'));
    if (rest || isValue || !word.startsWith('--')) result.push(word);
    else {
      const [given = ''] = word.split('=', 1);
      result.push(fullFlag(given, flags) + word.slice(given.length));
    }
    isValue = !isValue && valued.has(result.at(-1)!);
  }
  return result;
}

function takesNext(option: Option): boolean {
  return option.value !== undefined && option.optional === undefined;
}

function fullFlag(given: string, flags: ReadonlyMap<string, string>): string {
  const exact = flags.get(given);
  if (exact !== undefined) return exact;
  const found = new Set([...flags].filter(([flag]) => flag.startsWith(given)).map(([, flag]) => flag));
  const [only] = found;
  return found.size === 1 && only !== undefined ? only : given;
}
