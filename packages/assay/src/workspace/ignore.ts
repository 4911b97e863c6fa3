import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Rule {
  readonly expression: RegExp;
  readonly negated: boolean;
  readonly directoriesOnly: boolean;
  /** Where it stands, and as it stands there. */
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

const dot = 46;
/** Never looked into: the version controls' own folders, and ours. */
const always = ['.git', '.hg', '.dvc', '.assay'];

/**
 * What `.gitignore` and `.dvcignore` files of a folder tree leave out, by the rules of gitignore(5): nested files, the last match
 * decides, and nothing under an ignored folder comes back.
 */
export class IgnoreRules {
  readonly #read: (path: string) => string;
  readonly #names: readonly string[];
  readonly #base: readonly Rule[];
  readonly #byFolder = new Map<string, readonly Rule[]>();
  readonly #ignoredFolders = new Map<string, boolean>();
  /** The folder that was asked about last, when no pattern can leave anything out of it. */
  #bareFolder: string | undefined;

  /**
   * @param root the folder; or what reads a file of a tree that lies in no folder, by its path, empty where there is none
   * @param patterns stand before those of the files, and are relative to `root`
   */
  constructor(
    root: string | ((path: string) => string),
    names: readonly string[] = ['.gitignore', '.dvcignore'],
    patterns: readonly string[] = [],
  ) {
    this.#read = typeof root === 'string' ? (path) => readIfThere(join(root, path)) : root;
    this.#names = names;
    this.#base = parseRules(patterns.join('\n'));
  }

  /** `path` is relative to the root, with `/`. */
  ignores(path: string, isDirectory: boolean): boolean {
    const cut = path.lastIndexOf('/');
    const folder = cut < 0 ? '' : path.slice(0, cut);
    if (this.#bareFolder === folder) return path.charCodeAt(cut + 1) === dot && always.includes(path.slice(cut + 1));
    if (folder !== '' && this.#ignoresFolder(folder)) return true;
    const name = path.slice(cut + 1);
    if (always.includes(name)) return true;
    if (this.#isBare(folder)) {
      this.#bareFolder = folder;
      return false;
    }
    // The nearest folder's file decides first, and within it the last line.
    for (let base = folder; ; base = base.includes('/') ? base.slice(0, base.lastIndexOf('/')) : '') {
      const relative = base === '' ? path : path.slice(base.length + 1);
      const verdict = decide(this.#rules(base), relative, isDirectory);
      if (verdict !== undefined) return verdict;
      if (base === '') break;
    }
    return decide(this.#base, path, isDirectory) ?? false;
  }

  #isBare(folder: string): boolean {
    if (this.#base.length > 0) return false;
    for (let base = folder; base !== ''; base = base.slice(0, Math.max(0, base.lastIndexOf('/')))) {
      if (this.#rules(base).length > 0) return false;
    }
    return this.#rules('').length === 0;
  }

  /**
   * The line that decides about a path, or about a folder that it lies in and is left out with, as `FILE:LINE:PATTERN`. Of lines
   * of one kind in a row DVC names the first that matches.
   */
  about(path: string, isDirectory: boolean): string | undefined {
    const parts = path.split('/');
    const rules = parts.flatMap((_, depth) => {
      const base = parts.slice(0, depth).join('/');
      return this.#rules(base).map((rule) => ({ ...rule, base, depth }));
    });
    for (let length = 1; length <= parts.length; length++) {
      const isFolder = isDirectory || length < parts.length;
      let found: (typeof rules)[number] | undefined;
      for (const rule of rules) {
        const matches = parts.slice(0, length).some((_, i) => {
          if (i < rule.depth || (rule.directoriesOnly && !isFolder)) return false;
          return rule.expression.test(parts.slice(rule.depth, i + 1).join('/'));
        });
        if (matches && !(found && isOneRun(rules, found, rule))) found = rule;
      }
      if (!found || (found.negated && length < parts.length)) continue;
      return `${found.base === '' ? found.file : `${found.base}/${found.file}`}:${found.line}:${found.text}`;
    }
    return undefined;
  }

  #ignoresFolder(folder: string): boolean {
    let known = this.#ignoredFolders.get(folder);
    if (known === undefined) {
      known = this.ignores(folder, true);
      this.#ignoredFolders.set(folder, known);
    }
    return known;
  }

  #rules(folder: string): readonly Rule[] {
    let rules = this.#byFolder.get(folder);
    if (rules === undefined) {
      rules = this.#names.flatMap((name) => parseRules(this.#read(folder === '' ? name : `${folder}/${name}`), name));
      this.#byFolder.set(folder, rules);
    }
    return rules;
  }
}

/** Whether all from one rule to another leave out, and the same kind of things. */
function isOneRun<T extends Rule>(rules: readonly T[], first: T, last: T): boolean {
  const run = rules.slice(rules.indexOf(first), rules.indexOf(last) + 1);
  return run.every((one) => !one.negated && one.directoriesOnly === first.directoriesOnly);
}

function decide(rules: readonly Rule[], path: string, isDirectory: boolean): boolean | undefined {
  for (let i = rules.length - 1; i >= 0; i--) {
    const rule = rules[i]!;
    if (rule.directoriesOnly && !isDirectory) continue;
    if (rule.expression.test(path)) return !rule.negated;
  }
  return undefined;
}

function parseRules(text: string, file = ''): readonly Rule[] {
  const rules: Rule[] = [];
  for (const [at, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    if (line.startsWith('#')) continue;
    let pattern = stripTrailingSpaces(line);
    const negated = pattern.startsWith('!');
    if (negated) pattern = pattern.slice(1);
    const directoriesOnly = pattern.endsWith('/');
    if (directoriesOnly) pattern = pattern.slice(0, -1);
    if (pattern === '') continue;
    const expression = toExpression(pattern);
    if (expression) rules.push({ expression, negated, directoriesOnly, file, line: at + 1, text: line });
  }
  return rules;
}

/** Spaces at the end count only when escaped. */
function stripTrailingSpaces(line: string): string {
  let end = line.length;
  while (end > 0 && line[end - 1] === ' ') {
    let backslashes = 0;
    while (line[end - 2 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 1) break;
    end--;
  }
  return line.slice(0, end);
}

/** `**` in one pattern: each multiplies the ways in which a path may be cut, and nobody needs so many. */
const mostDeep = 6;

/**
 * Undefined for a pattern that can match nothing: a bracket never closed, or a lone backslash at the end; or with more `**` than
 * anybody writes.
 */
function toExpression(pattern: string): RegExp | undefined {
  const anchored = pattern.includes('/');
  let rest = pattern.startsWith('/') ? pattern.slice(1) : pattern;
  let source = anchored ? '^' : '^(?:.*/)?';
  if (rest.startsWith('**/')) {
    source = '^(?:.*/)?';
    rest = rest.slice(3);
  }
  // Git compares the words before the first wildcard by themselves, so that `**` counts as such right after them too.
  const words = rest.search(/[*?[\\]/);
  if ((rest.match(/\*\*/g)?.length ?? 0) > mostDeep) return undefined;
  // Where the last `*` of a part between slashes is, and how many were closed before it.
  let star: number | undefined;
  let closed = 0;
  for (let i = 0; i < rest.length; i++) {
    const character = rest[i]!;
    if (character === '/') star = undefined;
    if (anchored && i === words && /^\*\*+(?:\/|$)/.test(rest.slice(i)) && rest[i - 1] !== '/') {
      while (rest[i + 1] === '*') i++;
      source += rest[i + 1] === '/' ? '(?:.*/)?' : '.*';
      i++;
    } else if (rest.startsWith('/**/', i)) {
      source += '/(?:.*/)?';
      i += 3;
    } else if (rest.slice(i) === '/**') {
      source += '/.+';
      i += 2;
    } else if (character === '*') {
      while (rest[i + 1] === '*') i++;
      // Between two stars, the first place that fits is as good as any: the regular expression need not try the others.
      if (star !== undefined) {
        const between = source.slice(star + '[^/]*'.length);
        source = `${source.slice(0, star)}(?=([^/]*?${between}))\\${++closed}(?:)`;
      }
      star = source.length;
      source += '[^/]*';
    } else if (character === '?') {
      source += '[^/]';
    } else if (character === '[') {
      const bracket = toBracket(rest, i);
      if (bracket === undefined) return undefined;
      source += bracket.source;
      i = bracket.end;
    } else if (character === '\\') {
      const escaped = rest[++i];
      if (escaped === undefined) return undefined;
      source += literal(escaped);
    } else {
      source += character === '/' ? '/' : literal(character);
    }
  }
  try {
    return new RegExp(`${source}$`, 's');
  } catch {
    return undefined;
  }
}

/** A bracket expression from its `[`; undefined when it never closes. */
function toBracket(text: string, start: number): { readonly source: string; readonly end: number } | undefined {
  let i = start + 1;
  const negated = text[i] === '!' || text[i] === '^';
  if (negated) i++;
  let inner = '';
  for (let first = true; i < text.length; i++, first = false) {
    const character = text[i]!;
    if (character === ']' && !first) return { source: `(?!/)[${negated ? '^' : ''}${inner}]`, end: i };
    const named = /^\[:([a-z]+):\]/.exec(text.slice(i));
    if (named) {
      inner += posixClasses[named[1]!] ?? '';
      i += named[0].length - 1;
    } else if (character === '\\' && i + 1 < text.length) {
      inner += literal(text[++i]!);
    } else {
      inner += character === '-' ? '-' : literal(character);
    }
  }
  return undefined;
}

const posixClasses: Readonly<Record<string, string>> = {
  alpha: 'A-Za-z',
  digit: '0-9',
  alnum: 'A-Za-z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: '\\s',
  xdigit: '0-9A-Fa-f',
  punct: '!-\\/:-@\\[-`{-~',
};

function literal(character: string): string {
  return /[\\^$.*+?()[\]{}|/-]/.test(character) ? `\\${character}` : character;
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
