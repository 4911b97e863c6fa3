import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { NlpError } from '../errors.ts';
import type { EdgarClient } from './client.ts';
import { CorpusWriter, type SetAside } from './corpus-writer.ts';
import type { FilingCache } from './filing-cache.ts';
import { type IndexEntry, uniqueFilings } from './indexes.ts';

export interface IngestSummary {
  readonly filings: number;
  readonly bytes: number;
  /** Files with the bytes of another one; rows of an index for a filing it lists already. */
  readonly duplicates: number;
  /** Fetched now, not found in the cache; null for a folder. */
  readonly fetched: number | null;
  /** Of another form than asked for, or files that are no `.txt`. */
  readonly passedOver: number;
  readonly setAside: readonly SetAside[];
}

interface IngestOptions {
  readonly out: string;
  /** Notes bad filings in `set-aside.jsonl` instead of failing. */
  readonly setAside?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface FolderOptions extends IngestOptions {
  readonly from: string;
  readonly form?: string;
}

function sameForm(form: string, wanted: string | undefined): boolean {
  return wanted === undefined || form.toUpperCase() === wanted.toUpperCase();
}

function nothing(where: string): NlpError {
  return new NlpError('ASSAY_EDGAR_NOTHING', `No filing was found ${where}.`, {
    hint: 'Check the form, the dates and the folder; EDGAR has no index for weekends and holidays.',
  });
}

/**
 * Takes a person's own folder of submission text files (`*.txt`, at any depth) into a corpus. Same files, same bytes out.
 *
 * Throws `ASSAY_EDGAR_FOLDER`, `ASSAY_EDGAR_NOTHING`, and what `CorpusWriter.add` throws.
 */
export async function ingestFolder(options: FolderOptions): Promise<IngestSummary> {
  const { from, out, form, signal, onProgress } = options;
  const entries = await readdir(from, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    throw new NlpError('ASSAY_EDGAR_FOLDER', `${from} cannot be read as a folder.`, {
      hint: 'Give a folder of submission text files to --from.',
      cause: error,
    });
  });
  const files = entries.filter((entry) => entry.isFile() || entry.isSymbolicLink());
  const paths = files
    .map((entry) => relative(from, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => /\.txt$/i.test(path))
    .sort();
  const writer = new CorpusWriter(out, { setAside: options.setAside ?? false });
  let passedOver = files.length - paths.length;
  for (const [index, path] of paths.entries()) {
    signal?.throwIfAborted();
    if (!(await writer.add(path, await readFile(join(from, path)), (found) => sameForm(found, form)))) passedOver++;
    onProgress?.(index + 1, paths.length);
  }
  if (writer.filings === 0) throw nothing(`in ${from}`);
  await writer.finish();
  const { filings, bytes, duplicates, setAside } = writer;
  return { filings, bytes, duplicates, fetched: null, passedOver, setAside };
}

export interface EdgarIngestOptions extends IngestOptions {
  readonly client: EdgarClient;
  readonly cache: FilingCache;
  readonly form?: string;
  /** `YYYY-MM-DD`; both are needed unless companies are named. */
  readonly since?: string;
  readonly until?: string;
  readonly ciks?: readonly string[];
  /** At most so many filings, the oldest first. */
  readonly limit?: number;
  /** Filings under way at once; the rate is limited apart from it. */
  readonly concurrency?: number;
}

async function listed(options: EdgarIngestOptions): Promise<IndexEntry[]> {
  const { client, ciks = [], since, until, signal } = options;
  if (ciks.length === 0) {
    if (since === undefined || until === undefined) {
      throw new NlpError('ASSAY_EDGAR_RANGE', 'Neither a range of days nor a company was given.', {
        hint: 'Give --since and --until, or --cik.',
      });
    }
    return client.filingsBetween(since, until, signal);
  }
  const entries: IndexEntry[] = [];
  for (const cik of ciks) entries.push(...(await client.companyFilings(cik, signal)));
  return entries;
}

/**
 * Brings filings from EDGAR into a corpus, each once, whatever the number of its parties. What the cache holds is not
 * fetched again, so a run that was ended goes on where it stopped.
 *
 * Throws `ASSAY_EDGAR_RANGE`, `ASSAY_EDGAR_NOTHING`, and what the client and `CorpusWriter.add` throw.
 */
export async function ingestEdgar(options: EdgarIngestOptions): Promise<IngestSummary> {
  const { client, cache, out, form, since, until, limit, signal, onProgress } = options;
  const inRange = (await listed(options)).filter(
    (entry) => (since === undefined || entry.filedAt >= since) && (until === undefined || entry.filedAt <= until),
  );
  const rows = inRange.filter((entry) => sameForm(entry.form, form));
  const unique = uniqueFilings(rows);
  const wanted = limit === undefined ? unique : unique.slice(0, limit);
  if (wanted.length === 0) throw nothing('for this form, range and companies');

  const writer = new CorpusWriter(out, { setAside: options.setAside ?? false });
  const stop = new AbortController();
  const ending = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  let next = 0;
  let done = 0;
  let fetched = 0;
  const worker = async (): Promise<void> => {
    for (let entry = wanted[next++]; entry; entry = wanted[next++]) {
      const { accession } = entry;
      ending.throwIfAborted();
      let bytes = await cache.get(accession);
      if (bytes === null) {
        try {
          bytes = await client.filing(entry, ending);
          await cache.put(accession, bytes, client.filingUrl(entry));
          fetched++;
        } catch (error) {
          writer.refuse(client.filingUrl(entry), error);
        }
      }
      if (bytes !== null) await writer.add(`${accession}.txt`, bytes);
      onProgress?.(++done, wanted.length);
    }
  };
  const workers = Array.from({ length: Math.min(options.concurrency ?? 4, wanted.length) }, () =>
    worker().catch((error: unknown) => {
      // The first failure ends the others' requests; the person hears of it alone.
      if (!stop.signal.aborted) stop.abort(error);
      throw error;
    }),
  );
  const settled = await Promise.allSettled(workers);
  if (settled.some((result) => result.status === 'rejected')) throw stop.signal.reason;
  if (writer.filings === 0) throw nothing('that could be fetched; all were set aside');
  await writer.finish();
  const { filings, bytes, duplicates, setAside } = writer;
  return {
    filings,
    bytes,
    duplicates: duplicates + rows.length - unique.length,
    fetched,
    passedOver: inRange.length - rows.length,
    setAside,
  };
}
