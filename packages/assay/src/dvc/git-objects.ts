import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { gitEnvironment } from './git-command.ts';

/** Reads many objects of a git repository through one `git cat-file --batch`. */
export class GitObjects {
  readonly #top: string;
  #child: ChildProcessWithoutNullStreams | undefined;
  /** In the order asked, which is the order answered. */
  readonly #waiting: { resolve(bytes: Buffer | undefined): void; reject(error: Error): void }[] = [];
  #received: Buffer[] = [];
  #length = 0;
  /** Bytes of the object whose header has come; undefined while a header is awaited. */
  #expected: number | undefined;

  constructor(top: string) {
    this.#top = top;
  }

  /** Undefined when there is no such object. */
  blob(id: string): Promise<Buffer | undefined> {
    if (!/^[0-9a-f]{40,64}$/.test(id)) return Promise.resolve(undefined);
    const child = this.#start();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      child.stdin.write(`${id}\n`);
    });
  }

  async close(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child) return;
    await new Promise<void>((done) => {
      child.once('close', () => done());
      child.stdin.end();
    });
  }

  #start(): ChildProcessWithoutNullStreams {
    if (this.#child) return this.#child;
    const child = spawn('git', ['cat-file', '--batch'], { cwd: this.#top, env: gitEnvironment() });
    child.stdout.on('data', (chunk: Buffer) => this.#receive(chunk));
    child.stderr.resume();
    child.stdin.on('error', () => {});
    const fail = () => {
      for (const one of this.#waiting.splice(0)) one.reject(new Error('git cat-file ended early'));
    };
    child.on('error', fail).on('close', fail);
    this.#child = child;
    return child;
  }

  #receive(chunk: Buffer): void {
    this.#received.push(chunk);
    this.#length += chunk.length;
    // A large object comes in many pieces: joined once, when all are there.
    if (this.#expected !== undefined && this.#length < this.#expected + 1) return;
    let bytes = Buffer.concat(this.#received);
    for (;;) {
      if (this.#expected === undefined) {
        const end = bytes.indexOf(10);
        if (end < 0) break;
        const header = bytes.subarray(0, end).toString('latin1');
        bytes = bytes.subarray(end + 1);
        if (header.endsWith(' missing')) this.#waiting.shift()?.resolve(undefined);
        else this.#expected = Number(header.split(' ')[2]);
      } else {
        if (bytes.length < this.#expected + 1) break;
        this.#waiting.shift()?.resolve(Buffer.from(bytes.subarray(0, this.#expected)));
        bytes = bytes.subarray(this.#expected + 1);
        this.#expected = undefined;
      }
    }
    this.#received = bytes.length > 0 ? [bytes] : [];
    this.#length = bytes.length;
  }
}
