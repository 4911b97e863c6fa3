import { existsSync } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectStore } from '../objects/index.ts';
import { Frontier, nodeHasher, type RecordStore, toHex } from '../records/index.ts';
import { newId } from '../workspace/index.ts';

/** One served prediction, as a line of a segment. */
export interface PredictionLine {
  readonly id: string;
  /** RFC 3339 UTC. */
  readonly at: string;
  readonly model: string;
  readonly version: string;
  /** The text that was asked about; undefined when tensors came instead. */
  readonly text?: string;
  /** Hex SHA-256 of the request's tensors when no text came. */
  readonly input?: string;
  readonly label: string;
  readonly probabilities: readonly number[];
}

export interface PredictionLogOptions {
  readonly records: RecordStore;
  readonly objects: ObjectStore;
  /** Where open segments lie. */
  readonly directory: string;
  readonly clock: () => Date;
  /** A segment is sealed after so many lines … */
  readonly maxLines?: number;
  /** … or so many bytes (a segment is read whole when it is sealed) … */
  readonly maxBytes?: number;
  /** … or so many seconds after its first line. */
  readonly maxSeconds?: number;
  /** Told of a failure to write or to seal; predictions go on, and the lines stay queued. */
  readonly onError: (error: unknown) => void;
}

const flushMilliseconds = 20;

/**
 * Predictions go to segment files, group-committed off the reply's path; each full segment is sealed as one record with
 * the RFC 6962 root over its lines, so that a single prediction can be proved. A prediction is durable at most
 * `flushMilliseconds` and one fsync after its reply.
 */
export class PredictionLog {
  readonly #options: PredictionLogOptions;
  readonly #maxLines: number;
  readonly #maxBytes: number;
  readonly #maxSeconds: number;
  #waiting: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #sealTimer: NodeJS.Timeout | undefined;
  #segment:
    | { readonly id: string; readonly path: string; readonly file: FileHandle; lines: number; bytes: number }
    | undefined;
  /** Segments that could not be sealed; tried again with the next one. */
  #unsealed: { readonly id: string; readonly path: string }[] = [];
  #work: Promise<void> = Promise.resolve();

  private constructor(options: PredictionLogOptions) {
    this.#options = options;
    this.#maxLines = options.maxLines ?? 10_000;
    this.#maxBytes = options.maxBytes ?? 64 * 1024 * 1024;
    this.#maxSeconds = options.maxSeconds ?? 60;
  }

  /** Seals what a killed server left, then takes lines; what cannot be sealed is told and left where it lies. */
  static async open(options: PredictionLogOptions): Promise<PredictionLog> {
    await mkdir(options.directory, { recursive: true });
    await sealLeftovers(options);
    return new PredictionLog(options);
  }

  append(line: PredictionLine): void {
    this.#waiting.push(`${JSON.stringify(line)}\n`);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#enqueue(() => this.#flush());
    }, flushMilliseconds);
  }

  /** Resolves when every line appended so far is durable. */
  async flush(): Promise<void> {
    await this.#enqueue(() => this.#flush());
  }

  /** Writes and seals what is left. @throws what failed while sealing. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    clearTimeout(this.#sealTimer);
    await this.#work;
    await this.#flush();
    await this.#seal();
  }

  #enqueue(task: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(task).catch(this.#options.onError);
    return this.#work;
  }

  async #flush(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const lines = this.#waiting;
    this.#waiting = [];
    const bytes = Buffer.from(lines.join(''));
    try {
      this.#segment ??= await this.#openSegment();
      await this.#segment.file.appendFile(bytes);
      await this.#segment.file.datasync();
    } catch (error) {
      this.#waiting = [...lines, ...this.#waiting];
      await this.#dropTornTail();
      throw error;
    }
    this.#segment.lines += lines.length;
    this.#segment.bytes += bytes.length;
    if (this.#segment.lines >= this.#maxLines || this.#segment.bytes >= this.#maxBytes) await this.#seal();
  }

  /** After a failed write: back to the last whole line that is known to be durable. */
  async #dropTornTail(): Promise<void> {
    if (!this.#segment) return;
    await this.#segment.file.truncate(this.#segment.bytes);
  }

  async #openSegment() {
    const id = newId(this.#options.clock());
    const path = join(this.#options.directory, `${id}.${process.pid}.jsonl`);
    const file = await open(path, 'ax', 0o600);
    this.#sealTimer = setTimeout(() => void this.#enqueue(() => this.#seal()), this.#maxSeconds * 1000);
    this.#sealTimer.unref();
    return { id, path, file, lines: 0, bytes: 0 };
  }

  async #seal(): Promise<void> {
    clearTimeout(this.#sealTimer);
    const segment = this.#segment;
    this.#segment = undefined;
    if (segment) {
      this.#unsealed.push(segment);
      await segment.file.close();
    }
    for (const { id, path } of [...this.#unsealed]) {
      await sealSegment(this.#options, id, path);
      this.#unsealed.shift();
    }
  }
}

/** Seal, then remove: the record is idempotent on the segment's id, so a kill between the two seals it again to no effect. */
async function sealSegment(
  options: Pick<PredictionLogOptions, 'records' | 'objects'>,
  id: string,
  path: string,
): Promise<void> {
  const bytes = await readFile(path);
  const lines = bytes.toString('utf8').split('\n').filter(Boolean);
  if (lines.length > 0) {
    const frontier = new Frontier(nodeHasher);
    for (const line of lines) frontier.add(nodeHasher.leaf(Buffer.from(line)));
    const first = JSON.parse(lines[0]!) as PredictionLine;
    const last = JSON.parse(lines.at(-1)!) as PredictionLine;
    const stored = await options.objects.put(bytes);
    const model = await options.records.history('model-version', first.model);
    const version = model.findLast(({ record }) => record.version === first.version);
    const body = {
      model: first.model,
      version: first.version,
      from: first.at,
      to: last.at,
      lines: lines.length,
      root: toHex(frontier.root()),
    };
    await options.records.append([
      {
        kind: 'prediction-segment',
        id,
        revision: 1,
        version: first.version,
        event: 'created',
        body: { mediaType: 'application/json', bytes: Buffer.from(JSON.stringify(body)) },
        artifacts: [{ name: 'predictions.jsonl', ...stored }],
        parents: version ? [{ role: 'model-version', ref: `record:${version.hash}` }] : [],
      },
    ]);
  }
  await rm(path, { force: true });
}

async function sealLeftovers(options: PredictionLogOptions): Promise<void> {
  for (const name of await readdir(options.directory)) {
    const match = /^([0-9a-f]{32})\.(\d+)\.jsonl$/.exec(name);
    if (!match || isAlive(Number(match[2]))) continue;
    const path = join(options.directory, name);
    try {
      const bytes = await readFile(path);
      // A line without its end was never durable: its reply may have gone out, its proof was not promised.
      const whole = bytes.lastIndexOf(0x0a) + 1;
      if (whole < bytes.length) await truncate(path, whole);
      await sealSegment(options, match[1]!, path);
    } catch (error) {
      // Another server that started at the same time has sealed and removed it; or it is damaged, and stays for a person.
      if (existsSync(path)) options.onError(new Error(`${path} is not sealed: ${error}`, { cause: error }));
    }
  }
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
