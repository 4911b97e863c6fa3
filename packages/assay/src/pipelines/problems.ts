import { AssayError } from '../errors.ts';

/** A place in a source file, both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** One mistake in a pipeline file. */
export interface Problem {
  /** `ASSAY_PIPELINE_…` */
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly place?: Place | undefined;
}

/** All mistakes found in one pipeline file, in the order of the file. `code` is that of the first. */
export class PipelineError extends AssayError {
  readonly file: string;
  readonly problems: readonly Problem[];

  constructor(file: string, text: string, problems: readonly Problem[]) {
    const sorted = [...problems].sort((a, b) => order(a.place) - order(b.place));
    const [first] = sorted;
    if (!first) throw new RangeError('a PipelineError needs a problem');
    const lines = text.split(/\r\n|\n|\r/);
    const told = sorted.map((problem) => describe(file, lines, problem));
    const message =
      sorted.length === 1 ? told[0]!.text : `${sorted.length} mistakes\n${told.map((one) => one.full).join('\n')}`;
    super(first.code, message, sorted.length === 1 && first.hint ? { hint: first.hint } : {});
    this.file = file;
    this.problems = sorted;
  }
}

function order(place: Place | undefined): number {
  return place ? place.line * 1e6 + place.column : 0;
}

const snippetWidth = 100;

function describe(file: string, lines: readonly string[], problem: Problem): { text: string; full: string } {
  const { place, hint } = problem;
  const where = place ? `${file}:${place.line}:${place.column}` : file;
  const text = `${where}: ${problem.message}${place ? snippet(lines, place) : ''}`;
  return { text, full: hint ? `${text}\n    → ${hint}` : text };
}

/** The line with a mark under the column; a long line is cut around it. */
function snippet(lines: readonly string[], place: Place): string {
  const line = lines[place.line - 1];
  if (line === undefined || line.trim() === '') return '';
  const from = Math.max(0, place.column - 1 - snippetWidth / 2);
  const cut = line.slice(from, from + snippetWidth).replace(/[\p{Cc}\p{Cf}]/gu, ' ');
  const gutter = `  ${place.line} | `;
  const mark = ' '.repeat(Math.max(0, place.column - 1 - from));
  return `\n${gutter}${cut}\n${' '.repeat(gutter.length - 2)}| ${mark}^`;
}

/** Collects problems, so that a person is told of all of them at once. */
export class Problems {
  readonly #found: Problem[] = [];

  get found(): readonly Problem[] {
    return this.#found;
  }

  add(problem: Problem): void {
    this.#found.push(problem);
  }
}

/** The name nearest to a mistyped one, within a third of its length (Damerau–Levenshtein, adjacent swaps). */
export function nearest(word: string, names: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const name of names) {
    const distance = editDistance(word.toLowerCase(), name.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [name, distance];
  }
  return best;
}

function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 10 || a.length > 100) return Number.POSITIVE_INFINITY;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + cost);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) next[j] = Math.min(next[j]!, before[j - 2]! + 1);
    }
    [before, row] = [row, next];
  }
  return row[b.length]!;
}

/** `did you mean …?`, or what there is. */
export function suggestion(word: string, names: readonly string[], what: string): string {
  const near = nearest(word, names);
  if (near !== undefined) return `Did you mean \`${near}\`?`;
  if (names.length === 0) return `There is no ${what} here.`;
  const shown = names.slice(0, 12).map((name) => `\`${name}\``);
  return `There is: ${shown.join(', ')}${names.length > shown.length ? ', …' : ''}.`;
}
