import type { Value } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { type CellFormat, type ComparisonTable, dottedValues, formatCell, isFields } from '../metrics/index.ts';
import { localTime } from './plain.ts';
import type { ExperimentRange, ExperimentState } from './state.ts';
import { findName, namesIn, type StateNames, type ValueName } from './table-names.ts';

export interface TableOptions extends CellFormat {
  /** DVC's CSV: every column by itself, times in full, nothing where there is no value. */
  readonly csv: boolean;
  readonly sortBy?: string | undefined;
  readonly sortOrder?: 'asc' | 'desc';
  /** Only columns whose values differ. */
  readonly onlyChanged?: boolean;
  /** Regular expressions for the beginnings of titles: columns that go, and columns that stay whatever else. */
  readonly drop?: readonly string[];
  readonly keep?: readonly string[];
  readonly now: Date;
}

interface Column {
  readonly title: string;
  readonly cells: readonly string[];
}

/**
 * States as DVC's table: a line for each revision and each of its experiments, a column for each metric, parameter and dependency.
 * @throws AssayError `ASSAY_EXP_COLUMN`
 */
export function experimentTable(states: readonly ExperimentState[], options: TableOptions): ComparisonTable {
  const names = namesIn(states);
  const lines = states.flatMap((state) => linesOf(state, names, options));
  const none = options.csv ? '' : '-';
  const columns = [...ownColumns(lines, options), ...valueColumns(lines, names, options)];
  const kept = pattern(options.keep);
  const dropped = pattern(options.drop);
  const shown = columns.filter(({ title, cells }) => {
    if (kept?.test(title)) return true;
    if ((title === 'State' || title === 'Executor') && cells.every((cell) => cell === none)) return false;
    if (options.onlyChanged && new Set(cells).size === 1) return false;
    return dropped?.test(title) !== true;
  });
  return {
    head: shown.map(({ title }) => title),
    rows: lines.map((_, i) => shown.map(({ cells }) => cells[i]!)),
  };
}

/** A table as Python's `csv` writes it. */
export function csvText({ head, rows }: ComparisonTable): string {
  const cell = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return [head, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

interface Line {
  readonly type: 'baseline' | 'branch_commit' | 'branch_base';
  readonly state: ExperimentState;
  readonly range: ExperimentRange | undefined;
}

function linesOf(state: ExperimentState, names: StateNames, options: TableOptions): readonly Line[] {
  const ranges = options.sortBy
    ? sorted(state.experiments, findName(names, options.sortBy), options.sortOrder === 'desc')
    : state.experiments;
  return [
    { type: 'baseline', state, range: undefined },
    ...ranges.flatMap((range, i): Line[] => {
      const [tip] = range.revs;
      return tip ? [{ type: i === ranges.length - 1 ? 'branch_base' : 'branch_commit', state: tip, range }] : [];
    }),
  ];
}

/** Experiments without the value come last, or in descending order first. */
function sorted(ranges: readonly ExperimentRange[], by: ValueName, descending: boolean): readonly ExperimentRange[] {
  const keyed = ranges.map((range) => ({ range, value: range.revs[0] && readValue(range.revs[0], by) }));
  const sign = descending ? -1 : 1;
  return keyed.sort((a, b) => sign * compare(a.value, b.value)).map(({ range }) => range);
}

function compare(a: Value | undefined, b: Value | undefined): number {
  const rank = (value: Value | undefined) => (value === undefined || value === null ? 2 : isNumber(value) ? 0 : 1);
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (rank(a) === 2) return 0;
  const [x, y] = rank(a) === 0 ? [Number(a), Number(b)] : [formatCell(a), formatCell(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

function isNumber(value: Value): boolean {
  return ['number', 'bigint', 'boolean'].includes(typeof value);
}

function ownColumns(lines: readonly Line[], options: TableOptions): readonly Column[] {
  const { csv, now } = options;
  const none = csv ? '' : '-';
  const column = (title: string, cell: (line: Line) => string): Column => ({ title, cells: lines.map(cell) });
  const created = column('Created', ({ state: { created } }) => (created ? shownTime(created, csv, now) : none));
  const run = [
    column('State', ({ range }) => (range?.executor ? capital(range.executor.state) : none)),
    column('Executor', ({ range }) => (range?.executor?.name ? capital(range.executor.name) : none)),
  ];
  if (!csv) return [column('Experiment', title), created, ...run];
  return [
    column('Experiment', ({ type, state }) => (type === 'baseline' ? '' : (state.name ?? ''))),
    column('rev', shownRev),
    column('typ', ({ type }) => type),
    created,
    column('parent', () => ''),
    ...run,
  ];
}

function shownRev({ type, state }: Line): string {
  if (type === 'baseline' && state.name !== undefined) return state.name;
  return /^[0-9a-f]{40,64}$/.test(state.rev) ? state.rev.slice(0, 7) : state.rev;
}

function title(line: Line): string {
  const { name } = line.state;
  if (line.type === 'baseline') return shownRev(line);
  const text = name ? `${shownRev(line)} [${name}]` : shownRev(line);
  return `${line.type === 'branch_base' ? '└──' : '├──'} ${text}`;
}

function valueColumns(lines: readonly Line[], names: StateNames, options: TableOptions): readonly Column[] {
  const none = options.csv ? '' : '-';
  const own = ['Experiment', 'rev', 'typ', 'Created', 'parent', 'State', 'Executor'];
  const values = [...names.metrics, ...names.params];
  const counts = new Map<string, number>();
  // A file of both kinds counts once.
  const counted = new Map(values.map((one) => [`${one.file}\0${one.name}`, one.name]));
  for (const name of [...own, ...counted.values()]) counts.set(name, (counts.get(name) ?? 0) + 1);
  const columns = values.map((one): Column => {
    const cells = lines.map(({ state }) => {
      const value = readValue(state, one);
      if (value !== undefined && value !== null) return formatCell(value, options);
      return state.data?.[one.kind].get(one.file)?.error ? '!' : none;
    });
    return { title: counts.get(one.name) === 1 ? one.name : `${one.file}:${one.name}`, cells };
  });
  const deps = names.deps.map(
    (dep): Column => ({
      title: dep,
      cells: lines.map(({ state }) => state.data?.deps.get(dep)?.hash ?? none),
    }),
  );
  return [...columns, ...deps];
}

/** Undefined where the state has no such value. */
export function readValue({ data }: ExperimentState, { kind, file, name }: ValueName): Value | undefined {
  const found = data?.[kind].get(file)?.data;
  return isFields(found) ? dottedValues(found).get(name) : undefined;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** A time as DVC's tables have it: of today the hour, else the day. */
export function shownTime(date: Date, full: boolean, now: Date): string {
  if (full) return localTime(date);
  const two = (value: number) => String(value).padStart(2, '0');
  if (date.toDateString() !== now.toDateString()) {
    return `${months[date.getMonth()]} ${two(date.getDate())}, ${date.getFullYear()}`;
  }
  const hours = date.getHours();
  return `${two(hours % 12 || 12)}:${two(date.getMinutes())} ${hours < 12 ? 'AM' : 'PM'}`;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase();
}

function pattern(words: readonly string[] = []): RegExp | undefined {
  if (words.length === 0) return undefined;
  try {
    return new RegExp(`^(?:${words.join('|')})`);
  } catch (error) {
    throw new AssayError('ASSAY_EXP_COLUMN', `${words.join(' ')} is no regular expression`, {
      hint: 'Name columns by their beginning, or by a regular expression.',
      cause: error,
    });
  }
}
