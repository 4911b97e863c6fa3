import { readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** One statement that brings something of ours from another file. */
interface Import {
  readonly file: string;
  /** What is brought: name there → name here. `*` is everything under its own names; undefined is the whole file. */
  readonly names: ReadonlyMap<string, string> | '*' | undefined;
}

interface Source {
  readonly imports: readonly Import[];
  /** A face hands on what others define and does nothing itself, so that of its imports only those asked for count. */
  readonly isFace: boolean;
  readonly text: string;
}

/**
 * Reads which files a file is made of: itself, and all that it imports, directly or not. Through a face (an `index.ts` that
 * only exports from other files) only what defines the imported names is followed: a change elsewhere in a package cannot
 * change what the file does, as long as modules do nothing but define.
 */
export class ImportClosure {
  readonly #packages: string;
  readonly #sources = new Map<string, Source>();

  /** `packages` is the folder that holds the packages `@assay/…`. */
  constructor(packages: string) {
    this.#packages = packages;
  }

  /** Absolute paths, the entry's own among them. */
  of(entry: string): ReadonlySet<string> {
    const found = new Set<string>();
    const seen = new Set<string>();
    const open: { file: string; name: string | undefined }[] = [{ file: entry, name: undefined }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { file, name } = next;
      const source = this.#source(file);
      const wanted = source.isFace ? name : undefined;
      const key = `${wanted ?? ''}\0${file}`;
      if (seen.has(key)) continue;
      seen.add(key);
      found.add(file);
      for (const one of source.imports) open.push(...this.#asked(one, wanted));
    }
    return found;
  }

  /** What a statement asks of its file, when `wanted` is asked of the face it stands in; undefined asks for all. */
  #asked({ file, names }: Import, wanted: string | undefined): { file: string; name: string | undefined }[] {
    if (names === undefined) return [{ file, name: undefined }];
    if (names === '*') return wanted === undefined || this.#defines(file, wanted) ? [{ file, name: wanted }] : [];
    return [...names].filter(([, here]) => wanted === undefined || here === wanted).map(([name]) => ({ file, name }));
  }

  #defines(file: string, name: string): boolean {
    const { imports, isFace, text } = this.#source(file);
    if (!isFace) return new RegExp(`\\bexport\\b[^;=(]*\\b${name.replaceAll('$', '\\$')}\\b`).test(text);
    return imports.some((one) => this.#asked(one, name).length > 0);
  }

  #source(file: string): Source {
    let source = this.#sources.get(file);
    if (source === undefined) {
      source = this.#read(file);
      this.#sources.set(file, source);
    }
    return source;
  }

  #read(file: string): Source {
    if (!/\.[cm]?[jt]s$/.test(file)) return { imports: [], isFace: false, text: '' };
    const text = readFileSync(file, 'utf8');
    const statements = [
      ...text.matchAll(/(?:^|\n)(?:import|export)\s(?!type\b)([^;]*?)\sfrom\s*'(\.[^']+|@assay\/[a-z]+)'/g),
    ];
    const whole = [
      ...text.matchAll(/(?:^|\n)import\s*'(\.[^']+)'/g),
      ...text.matchAll(/\bimport\(\s*'(\.[^']+|@assay\/[a-z]+)'\s*\)/g),
      ...text.matchAll(/\bnew URL\(\s*'(\.[^']+)',\s*import\.meta\.url\s*\)/g),
    ];
    const imports = [
      ...statements.map(([, clause = '', specifier = '']) => ({
        file: this.#resolve(file, specifier),
        names: namesOf(clause),
      })),
      ...whole.map(([, specifier = '']) => ({ file: this.#resolve(file, specifier), names: undefined })),
    ].filter(({ file: path }) => statSync(path, { throwIfNoEntry: false })?.isFile());
    const rest = text
      .replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
      .replace(/^export\s[^;]*?\sfrom\s*'[^']+';/gm, '')
      .trim();
    return { imports, isFace: rest === '', text };
  }

  #resolve(from: string, specifier: string): string {
    if (specifier.startsWith('.')) return resolve(dirname(from), specifier);
    return join(this.#packages, specifier.slice('@assay/'.length), 'src', 'index.ts');
  }
}

/** `{ a, b as c, type D }` → a → a, b → c; `*` → all; anything else: the whole file. */
function namesOf(clause: string): Import['names'] {
  if (clause.trim() === '*') return '*';
  const list = /^\s*\{([^{}]*)\}\s*$/.exec(clause)?.[1];
  if (list === undefined) return undefined;
  const words = list
    .split(',')
    .map((part) => part.trim().split(/\s+as\s+/))
    .filter(([name = '']) => name !== '' && !name.startsWith('type '));
  return new Map(words.map(([name = '', here = name]) => [name, here]));
}
