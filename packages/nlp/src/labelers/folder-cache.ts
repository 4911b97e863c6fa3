import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NlpError } from '../errors.ts';
import type { AnswerCache } from './answer-cache.ts';
import type { Answer } from './labeler.ts';

/**
 * Answers in a folder, as JSON Lines `{key, answer, check}` that are only ever appended to. Each process writes a file
 * of its own, so two may use one folder, and one that is killed leaves at most one broken last line, which is passed
 * over on reading, as is any line whose check does not fit.
 */
export class FolderCache implements AnswerCache, AsyncDisposable {
  readonly #folder: string;
  readonly #answers: Map<string, Answer>;
  #file: FileHandle | undefined;
  #writing: Promise<void> = Promise.resolve();

  private constructor(folder: string, answers: Map<string, Answer>) {
    this.#folder = folder;
    this.#answers = answers;
  }

  /**
   * Makes the folder if it is not there, and reads what it holds.
   *
   * @throws {NlpError} ASSAY_LABEL_CACHE_UNREADABLE
   */
  static async open(folder: string): Promise<FolderCache> {
    try {
      await mkdir(folder, { recursive: true });
      const answers = new Map<string, Answer>();
      for (const name of (await readdir(folder)).sort()) {
        if (!/^answers-.*\.jsonl$/u.test(name)) continue;
        for (const line of (await readFile(join(folder, name), 'utf8')).split('\n')) {
          const entry = readEntry(line);
          if (entry !== undefined) answers.set(entry.key, entry.answer);
        }
      }
      return new FolderCache(folder, answers);
    } catch (cause) {
      throw new NlpError('ASSAY_LABEL_CACHE_UNREADABLE', `The answers' cache in ${folder} cannot be read: ${cause}.`, {
        hint: 'Name a folder that you may read and write.',
        cause,
      });
    }
  }

  get(key: string): Answer | undefined {
    return this.#answers.get(key);
  }

  /** @throws {NlpError} ASSAY_LABEL_CACHE_UNWRITABLE */
  async put(answers: readonly (readonly [string, Answer])[]): Promise<void> {
    const lines = answers.map(([key, answer]) => `${JSON.stringify({ key, answer, check: checkOf(key, answer) })}\n`);
    const written = this.#writing.then(() => this.#append(lines.join('')));
    this.#writing = written.catch(() => undefined);
    await written;
    for (const [key, answer] of answers) this.#answers.set(key, answer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writing;
    await this.#file?.datasync();
    await this.#file?.close();
    this.#file = undefined;
  }

  async #append(lines: string): Promise<void> {
    try {
      this.#file ??= await open(join(this.#folder, `answers-${randomUUID()}.jsonl`), 'ax');
      await this.#file.appendFile(lines);
    } catch (cause) {
      throw new NlpError('ASSAY_LABEL_CACHE_UNWRITABLE', `An answer could not be kept in ${this.#folder}: ${cause}.`, {
        hint: 'Make room on the disk or name another folder, then run again; what was kept is not asked again.',
        cause,
      });
    }
  }
}

function checkOf(key: string, answer: Answer): string {
  return createHash('sha256').update(key).update(JSON.stringify(answer)).digest('hex').slice(0, 16);
}

function readEntry(line: string): { key: string; answer: Answer } | undefined {
  if (line === '') return undefined;
  try {
    const entry: { key: string; answer: Answer; check: string } = JSON.parse(line);
    return entry.check === checkOf(entry.key, entry.answer) ? entry : undefined;
  } catch {
    return undefined;
  }
}
