import { hash } from 'node:crypto';
import { AssayError } from '../errors.ts';
import type { LockedStage } from './entries.ts';
import { asFields, lockedFields, toDep, toOut } from './entry-format.ts';
import { byCodePoint, pythonJson } from './python-text.ts';
import type { Value } from './value.ts';
import { formatYaml, parseYaml } from './yaml.ts';

/**
 * A `dvc.lock`. Each stage is a piece of text of its own: read when it is asked for, written only when it was changed, so that
 * the others stay as they were, byte for byte.
 */
export class LockFile {
  readonly #file: string;
  /** Text before the first stage; ends with the line `stages:`. */
  readonly #head: string;
  readonly #tail: string;
  readonly #pieces: Map<string, string>;
  readonly #read = new Map<string, LockedStage>();
  /** The file as it was, until a stage is changed. */
  #whole: string | undefined;

  private constructor(
    file: string,
    head: string,
    pieces: Map<string, string>,
    tail: string,
    whole: string | undefined = undefined,
  ) {
    this.#whole = whole;
    this.#file = file;
    this.#head = head;
    this.#pieces = pieces;
    this.#tail = tail;
  }

  /**
   * @param text undefined for a file that is not there
   * @param file only for messages
   * @throws AssayError `ASSAY_DVC_YAML`, `ASSAY_DVC_LOCK` for another schema than 2.0, or DVC 1's
   */
  static parse(text: string | undefined, file: string): LockFile {
    const whole = text === undefined || text.trim() === '' ? `schema: '2.0'\nstages:\n` : text;
    const plain = splitPlain(whole);
    if (plain) return new LockFile(file, plain.head, plain.pieces, plain.tail);
    const value = parseYaml(whole, file);
    const fields = asFields(value ?? {}, file);
    const version = fields.schema;
    if (version !== undefined && version !== '2.0') {
      throw new AssayError(
        'ASSAY_DVC_LOCK',
        `${file} has the schema ${JSON.stringify(String(version))}; 2.0 is known`,
        {
          hint: 'Write it again with `dvc commit` or `assay commit`.',
        },
      );
    }
    // DVC 1 had the stages at the top.
    const { schema: _schema, stages, ...others } = version === undefined ? { stages: fields, schema: null } : fields;
    const rest = version === undefined ? {} : others;
    const pieces = Object.entries(asFields(stages ?? {}, file)).map(
      ([name, stage]) => [name, formatPiece(name, stage)] as const,
    );
    const head = formatYaml({ schema: '2.0', ...rest });
    return new LockFile(file, `${head}stages:\n`, new Map(pieces), '', text);
  }

  names(): readonly string[] {
    return [...this.#pieces.keys()];
  }

  /** @throws AssayError `ASSAY_DVC_YAML`, `ASSAY_DVC_ENTRY` */
  get(name: string): LockedStage | undefined {
    const known = this.#read.get(name);
    if (known) return known;
    const piece = this.#pieces.get(name);
    if (piece === undefined) return undefined;
    const place = `${this.#file}, ${name}`;
    const [value] = Object.values(asFields(this.#parse(piece, place), place));
    const stage = toLockedStage(value ?? null, place);
    this.#read.set(name, stage);
    return stage;
  }

  #parse(piece: string, place: string): Value {
    try {
      return parseYaml(piece.replace(/^ {2}/gm, ''), place);
    } catch (error) {
      // The same complaint, with the line in the file.
      parseYaml(this.toString(), this.#file);
      throw error;
    }
  }

  /**
   * What says the same already stays as it is, byte for byte.
   * @param before a new entry comes before the first of these that is there
   */
  set(name: string, stage: LockedStage, before: readonly string[] = []): void {
    const standing = this.get(name);
    if (standing && sortedJson(standing) === sortedJson(stage)) return;
    this.#whole = undefined;
    this.#read.set(name, stage);
    const piece = formatPiece(name, lockedStageFields(stage));
    const later = this.#pieces.has(name) ? [] : [...this.#pieces].filter(([one]) => before.includes(one));
    const [first] = later;
    if (!first) this.#pieces.set(name, piece);
    else {
      const all = [...this.#pieces];
      this.#pieces.clear();
      for (const [one, text] of all) {
        if (one === first[0]) this.#pieces.set(name, piece);
        this.#pieces.set(one, text);
      }
    }
  }

  delete(name: string): void {
    if (this.#pieces.has(name)) this.#whole = undefined;
    this.#read.delete(name);
    this.#pieces.delete(name);
  }

  toString(): string {
    if (this.#whole !== undefined) return this.#whole;
    if (this.#pieces.size === 0) return `${this.#head.replace(/stages:\n$/, 'stages: {}\n')}${this.#tail}`;
    return `${this.#head}${[...this.#pieces.values()].join('')}${this.#tail}`;
  }
}

/** @throws AssayError `ASSAY_DVC_ENTRY` */
export function toLockedStage(value: Value, place: string): LockedStage {
  const fields = asFields(value, place);
  const { cmd } = fields;
  const list = (name: string): readonly Value[] => {
    const one = fields[name];
    if (one === undefined || one === null) return [];
    if (Array.isArray(one)) return one;
    throw new AssayError('ASSAY_DVC_ENTRY', `${place}: \`${name}\` is no list`, {
      hint: 'Bring the file back from git.',
    });
  };
  const params = Object.entries(asFields(fields.params ?? {}, place)).map(
    ([file, keys]) => [file, asFields(keys ?? {}, place)] as const,
  );
  return {
    cmd: Array.isArray(cmd) ? cmd.map(String) : typeof cmd === 'string' ? cmd : '',
    deps: list('deps').map((one, i) => toDep(one, `${place}, deps[${i}]`)),
    params: Object.fromEntries(params),
    outs: list('outs').map((one, i) => toOut(one, `${place}, outs[${i}]`)),
  };
}

/** A lock entry as a value, in DVC's order: also what a run-cache file holds. */
export function lockedStageFields(stage: LockedStage): { readonly [key: string]: Value } {
  const byPath = <T extends { readonly path: string }>(list: readonly T[]) =>
    [...list].sort((a, b) => byCodePoint(a.path, b.path));
  const files = Object.keys(stage.params).sort((a, b) =>
    a === 'params.yaml' ? -1 : b === 'params.yaml' ? 1 : byCodePoint(a, b),
  );
  return {
    cmd: stage.cmd,
    ...(stage.deps.length > 0 ? { deps: byPath(stage.deps).map(lockedFields) } : {}),
    ...(files.length > 0
      ? { params: Object.fromEntries(files.map((file) => [file, sortedKeys(stage.params[file] ?? {})])) }
      : {}),
    ...(stage.outs.length > 0 ? { outs: byPath(stage.outs).map(lockedFields) } : {}),
  };
}

/**
 * The names under which DVC's run-cache keeps a stage: `<cache>/runs/<key[:2]>/<key>/<value>`. `size` and `nfiles` count in
 * neither, wherever they stand, a parameter of that name among them.
 */
export function lockKeys(stage: LockedStage): { readonly key: string; readonly value: string } {
  const fields = lockedStageFields(stage);
  const outs = stage.outs.map(({ path }) => path).sort(byCodePoint);
  const digest = (value: Value) => hash('sha256', pythonJson(withoutSizes(value), { sortKeys: true }), 'hex');
  return { key: digest({ ...fields, outs }), value: digest(fields) };
}

function sortedJson(stage: LockedStage): string {
  return pythonJson(lockedStageFields(stage), { sortKeys: true });
}

function withoutSizes(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutSizes);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'size' && key !== 'nfiles')
      .map(([key, one]) => [key, withoutSizes(one)]),
  );
}

function sortedKeys(fields: { readonly [key: string]: Value }): { readonly [key: string]: Value } {
  return Object.fromEntries(Object.entries(fields).sort(([a], [b]) => byCodePoint(a, b)));
}

/** One stage as it stands under `stages:`. */
function formatPiece(name: string, value: Value): string {
  return formatYaml({ [name]: value }).replace(/^(?=.)/gm, '  ');
}

/** The form that DVC writes: `stages:` at the margin, names two spaces in. Undefined for any other. */
function splitPlain(text: string) {
  const start = /(?:^|\n)stages:\n/.exec(text);
  if (!start || !/^schema: '2\.0'\n/.test(text)) return undefined;
  const begin = start.index + start[0].length;
  const pieces = new Map<string, string>();
  let at = begin;
  let name: string | undefined;
  let from = begin;
  const keep = (end: number) => {
    if (name !== undefined) pieces.set(name, text.slice(from, end));
  };
  while (at < text.length) {
    const newline = text.indexOf('\n', at);
    if (newline < 0) return undefined;
    const line = text.slice(at, newline);
    if (line !== '' && !line.startsWith(' ')) {
      // Anything but another section is for the parser to complain of.
      if (!/^[a-z]+:(?: |$)/.test(line) || /^(?:stages|schema):/m.test(text.slice(at))) return undefined;
      break;
    }
    if (/^ {2}[^ ]/.test(line)) {
      const key = /^ {2}([A-Za-z0-9_][^:#'"&*!|>{}[\],%`\\]*):$/.exec(line)?.[1];
      if (key === undefined || pieces.has(key) || key === name) return undefined;
      keep(at);
      name = key;
      from = at;
    } else if (name === undefined) return undefined;
    at = newline + 1;
  }
  keep(at);
  return { head: text.slice(0, begin), pieces, tail: text.slice(at) };
}
