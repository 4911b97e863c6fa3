import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FilingLine } from '../corpus.ts';
import { NlpError } from '../errors.ts';
import { removeAbandoned, writeFileAtomically } from '../files/index.ts';
import { requireComplete } from './completeness.ts';
import { accessionIn } from './indexes.ts';
import { manifestName, sha256 } from './manifest.ts';
import { parseSubmission } from './submission.ts';

export interface SetAside {
  /** The file or address it came from. */
  readonly source: string;
  readonly code: string;
  readonly reason: string;
}

const setAsideName = 'set-aside.jsonl';

/** Writes filings as they came under `filings/`, and `filings.jsonl` about them, in the order of accession numbers. */
export class CorpusWriter {
  readonly setAside: SetAside[] = [];
  readonly #out: string;
  readonly #keepsBad: boolean;
  readonly #lines = new Map<string, FilingLine>();
  readonly #sources = new Map<string, string>();
  duplicates = 0;
  bytes = 0;

  /** With `setAside` a bad filing is noted in `set-aside.jsonl`; without it, it throws. */
  constructor(out: string, options: { readonly setAside: boolean }) {
    this.#out = out;
    this.#keepsBad = options.setAside;
  }

  get filings(): number {
    return this.#lines.size;
  }

  /** Notes a filing that could not be had; throws the error unless such are set aside. */
  refuse(source: string, error: unknown): void {
    if (!(error instanceof NlpError) || !this.#keepsBad) throw error;
    this.setAside.push({ source, code: error.code, reason: error.message });
  }

  /**
   * Adds one filing. The same bytes twice are a duplicate; `ASSAY_FILING_CONFLICT` if two files of one accession number
   * differ, `ASSAY_FILING_NO_ACCESSION` if neither header nor name tells the number, and what `requireComplete` throws.
   * False if `accept` did not want the form.
   */
  async add(source: string, bytes: Buffer, accept: (form: string) => boolean = () => true): Promise<boolean> {
    const submission = parseSubmission(bytes);
    try {
      requireComplete(submission, source);
      const form = submission.form ?? submission.documents[0]?.type ?? '';
      if (!accept(form)) return false;
      const accession = submission.accession ?? accessionIn(source.split(/[\\/]/).at(-1) ?? '');
      if (accession === null || accessionIn(accession) !== accession) throw noAccession(source);
      const digest = sha256(bytes);
      const known = this.#lines.get(accession);
      if (known) {
        if (known.sha256 !== digest) throw conflict(accession, this.#sources.get(accession) ?? '', source);
        this.duplicates++;
        return true;
      }
      const { filedAt, companies } = submission;
      const path = `filings/${accession}.txt`;
      this.#lines.set(accession, { accession, form, path, sha256: digest, size: bytes.length, filedAt, companies });
      this.#sources.set(accession, source);
      this.bytes += bytes.length;
      // The manifest's hash tells a filing that did not reach the disk; one wait each would be most of the time taken.
      await writeFileAtomically(join(this.#out, path), bytes, { durable: false });
    } catch (error) {
      this.refuse(source, error);
    }
    return true;
  }

  /** Writes the manifest, and removes filings that an earlier manifest lists and this one does not. */
  async finish(): Promise<void> {
    const manifest = join(this.#out, manifestName);
    await removeAbandoned(this.#out);
    await removeAbandoned(join(this.#out, 'filings'));
    const before = await readFile(manifest, 'utf8').catch(() => '');
    const lines = [...this.#lines.values()].sort((a, b) => (a.accession < b.accession ? -1 : 1));
    await writeFileAtomically(manifest, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const aside = [...this.setAside].sort((a, b) => (a.source < b.source ? -1 : 1));
    if (aside.length > 0) {
      await writeFileAtomically(
        join(this.#out, setAsideName),
        aside.map((line) => `${JSON.stringify(line)}\n`).join(''),
      );
    } else await rm(join(this.#out, setAsideName), { force: true });
    for (const [, accession] of before.matchAll(/"path":"filings\/(\d{10}-\d{2}-\d{6})\.txt"/g)) {
      if (accession && !this.#lines.has(accession))
        await rm(join(this.#out, 'filings', `${accession}.txt`), { force: true });
    }
  }
}

function noAccession(source: string): NlpError {
  return new NlpError('ASSAY_FILING_NO_ACCESSION', `${source} tells no accession number.`, {
    hint: 'Name the file after it, as EDGAR does: 0001234567-26-000001.txt.',
  });
}

function conflict(accession: string, first: string, second: string): NlpError {
  return new NlpError('ASSAY_FILING_CONFLICT', `${first} and ${second} differ, but both are filing ${accession}.`, {
    hint: 'Keep the one that EDGAR has.',
  });
}
