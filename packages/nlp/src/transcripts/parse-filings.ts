import { join } from 'node:path';
import { parseSubmission, readFiling, readManifest, requireComplete } from '../edgar/index.ts';
import { NlpError } from '../errors.ts';
import { AtomicFile, removeAbandoned } from '../files/index.ts';
import { parseFiling } from './parse-filing.ts';

export interface ParseOptions {
  /** A folder with `filings.jsonl`. */
  readonly from: string;
  /** Where `paragraphs.jsonl` and `calls.jsonl` go. */
  readonly to: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface ParseSummary {
  readonly filings: number;
  readonly calls: number;
  /** Filings without a call, and why. */
  readonly without: readonly { readonly accession: string; readonly reason: string }[];
  readonly participants: number;
  readonly turns: number;
  readonly paragraphs: number;
  readonly sentences: number;
  readonly bytes: number;
}

/**
 * Turns a folder of filings into `paragraphs.jsonl` and `calls.jsonl`, in the order of `filings.jsonl`. Both files appear
 * whole or not at all.
 *
 * Throws what `readManifest`, `readFiling`, `requireComplete` and `parseFiling` throw, and `ASSAY_TRANSCRIPT_NONE` if no
 * filing holds a paragraph of a call.
 */
export async function parseFilings(options: ParseOptions): Promise<ParseSummary> {
  const { from, to, signal, onProgress } = options;
  const filings = await readManifest(from);
  await removeAbandoned(to);
  const paragraphsFile = await AtomicFile.create(join(to, 'paragraphs.jsonl'));
  const callsFile = await AtomicFile.create(join(to, 'calls.jsonl')).catch(async (error: unknown) => {
    await paragraphsFile.discard();
    throw error;
  });
  const without: { accession: string; reason: string }[] = [];
  const sum = { calls: 0, participants: 0, turns: 0, paragraphs: 0, sentences: 0, bytes: 0 };
  try {
    for (const [index, filing] of filings.entries()) {
      signal?.throwIfAborted();
      const bytes = await readFiling(from, filing);
      const submission = parseSubmission(bytes);
      requireComplete(submission, filing.path);
      const { call, paragraphs } = parseFiling(submission, filing.accession);
      sum.bytes += bytes.length;
      if (call.call) {
        sum.calls++;
        sum.participants += call.call.participants.length;
        sum.turns += call.call.turns;
        sum.paragraphs += paragraphs.length;
        for (const paragraph of paragraphs) sum.sentences += paragraph.sentences.length;
      } else without.push({ accession: filing.accession, reason: call.without ?? '' });
      await callsFile.write(`${JSON.stringify(call)}\n`);
      await paragraphsFile.write(paragraphs.map((paragraph) => `${JSON.stringify(paragraph)}\n`).join(''));
      onProgress?.(index + 1, filings.length);
    }
    if (sum.paragraphs === 0) {
      const reasons = without.slice(0, 3).map(({ accession, reason }) => `${accession}: ${reason}`);
      throw new NlpError(
        'ASSAY_TRANSCRIPT_NONE',
        `None of the ${filings.length} filings in ${from} holds a paragraph of a call. ${reasons.join('; ')}`.trim(),
        { hint: 'Ingest filings whose text is a call: form 425 or 8-K exhibits with a transcript.' },
      );
    }
    await paragraphsFile.commit();
    await callsFile.commit();
  } catch (error) {
    await Promise.allSettled([paragraphsFile.discard(), callsFile.discard()]);
    throw error;
  }
  return { filings: filings.length, ...sum, without };
}
