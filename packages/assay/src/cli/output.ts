import { createRequire } from 'node:module';
import pc from 'picocolors';

const require = createRequire(import.meta.url);

export interface BytesMoved {
  readonly done: number;
  readonly total: number | undefined;
}

export interface Progress {
  /** `done` and `total` in the same unit; `total` 0 when unknown. Where bytes move, they tell the rate and the time left. */
  update(done: number, total?: number, bytes?: BytesMoved): void;
  end(): void;
}

/** Where text goes; the process's own streams are such. */
export interface TextStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** What a command says: results to standard output, everything else to standard error. */
export class Output {
  /** Set anew once it is known which words are options. */
  json: boolean;
  /** Results are left out; errors are not. */
  quiet = false;
  verbose = false;
  readonly colors: ReturnType<typeof pc.createColors>;
  readonly #stdout: TextStream;
  readonly #stderr: TextStream;

  constructor(options: { json?: boolean; color?: boolean; stdout?: TextStream; stderr?: TextStream } = {}) {
    this.json = options.json ?? false;
    this.#stdout = options.stdout ?? process.stdout;
    this.#stderr = options.stderr ?? process.stderr;
    this.colors = pc.createColors(options.color ?? (this.#stdout.isTTY === true && pc.isColorSupported));
  }

  /** Columns of the terminal; 100 where there is none. */
  get width(): number {
    return this.#stdout.columns ?? 100;
  }

  get interactive(): boolean {
    return this.#stderr.isTTY === true && !this.json && !this.quiet;
  }

  /** The result for a person; silent under --json. */
  print(text = ''): void {
    if (!this.json && !this.quiet) this.#stdout.write(`${text}\n`);
  }

  /** The result for a script; silent without --json. */
  result(value: unknown): void {
    if (this.json && !this.quiet) this.#stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  }

  /** A result in a form of its own, as DVC's --json and --md are; in either mode, line ends included. */
  raw(text: string): void {
    if (!this.quiet) this.#stdout.write(text);
  }

  /** A command's help page, in either mode. */
  page(text: string): void {
    this.#stdout.write(text);
  }

  /** A remark, to standard error, in either mode. */
  note(text: string): void {
    this.#stderr.write(`${text}\n`);
  }

  /** A remark on what is going on; only in a terminal. */
  progressNote(text: string): void {
    if (this.interactive) this.note(text);
  }

  table(
    head: readonly string[],
    rows: readonly (readonly (string | number)[])[],
    align?: readonly ('left' | 'right')[],
  ): void {
    if (this.json) return;
    // Only when there is one: most commands print none.
    const Table: typeof import('cli-table3') = require('cli-table3');
    const table = new Table({
      head: head.map((cell) => this.colors.dim(cell)),
      ...(align ? { colAligns: [...align] } : {}),
      style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 2 },
      chars: {
        top: '',
        'top-mid': '',
        'top-left': '',
        'top-right': '',
        bottom: '',
        'bottom-mid': '',
        'bottom-left': '',
        'bottom-right': '',
        left: '',
        'left-mid': '',
        mid: '',
        'mid-mid': '',
        right: '',
        'right-mid': '',
        middle: '',
      },
    });
    for (const row of rows) table.push(row.map(String));
    this.print(
      table
        .toString()
        .split('\n')
        .map((line) => line.trimEnd())
        .join('\n'),
    );
  }

  /** A bar with rate and time left; nothing at all when standard error is not a terminal. */
  progress(label: string, unit: string): Progress {
    if (!this.interactive) return { update() {}, end() {} };
    const started = performance.now();
    let last = 0;
    const stderr = this.#stderr;
    const colors = this.colors;
    return {
      update(done, total = 0, bytes?: BytesMoved) {
        const now = performance.now();
        if (now - last < 80 && done !== total) return;
        last = now;
        const seconds = (now - started) / 1000;
        const rate = seconds > 0 ? done / seconds : 0;
        const share = bytes?.total ? bytes.done / bytes.total : total > 0 ? done / total : 0;
        const left = share > 0 && share < 1 ? ` ${Math.ceil((seconds / share) * (1 - share))} s left` : '';
        const width = 24;
        const filled = Math.min(width, Math.round(share * width));
        const bar = total > 0 ? `${colors.blue('━'.repeat(filled))}${colors.dim('━'.repeat(width - filled))} ` : '';
        const of = total > 0 ? `/${total}` : '';
        const moved = bytes ? ` ${shownBytes(bytes.done)} ${shownBytes(seconds > 0 ? bytes.done / seconds : 0)}/s` : '';
        const shown = `${bar}${done}${of} ${unit} ${rate.toFixed(rate < 10 ? 1 : 0)}/s${moved}${left}`;
        stderr.write(`\r\x1b[2K${label === '' ? '' : `${label} `}${shown}`);
      },
      end() {
        stderr.write('\r\x1b[2K');
      },
    };
  }
}

function shownBytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let size = count;
  let unit = 0;
  for (; size >= 1000 && unit < units.length - 1; unit++) size /= 1000;
  return `${unit === 0 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}
