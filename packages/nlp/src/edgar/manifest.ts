import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isAbsolute, join, normalize } from 'node:path';
import type { FilingLine } from '../corpus.ts';
import { NlpError } from '../errors.ts';

export const manifestName = 'filings.jsonl';

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function isFilingLine(value: unknown): value is FilingLine {
  if (typeof value !== 'object' || value === null) return false;
  const line = value as Partial<Record<keyof FilingLine, unknown>>;
  return (
    typeof line.accession === 'string' &&
    typeof line.form === 'string' &&
    typeof line.path === 'string' &&
    typeof line.sha256 === 'string' &&
    typeof line.size === 'number' &&
    (line.filedAt === null || typeof line.filedAt === 'string') &&
    Array.isArray(line.companies)
  );
}

/** Reads `filings.jsonl` of a folder. Throws `ASSAY_FILINGS_MISSING` or `ASSAY_FILINGS_MALFORMED`, with the line. */
export async function readManifest(folder: string): Promise<FilingLine[]> {
  const path = join(folder, manifestName);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new NlpError('ASSAY_FILINGS_MISSING', `${path} cannot be read.`, {
      hint: 'Give the folder that `assay edgar ingest --out` wrote.',
      cause: error,
    });
  }
  const filings: FilingLine[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '') continue;
    let value: unknown = null;
    try {
      value = JSON.parse(line);
    } catch {}
    if (!isFilingLine(value) || isAbsolute(value.path) || normalize(value.path).startsWith('..')) {
      throw new NlpError(
        'ASSAY_FILINGS_MALFORMED',
        `${path}:${index + 1} is no line about a filing inside the folder.`,
        {
          hint: 'Write the folder again with `assay edgar ingest`.',
        },
      );
    }
    filings.push(value);
  }
  return filings;
}

/**
 * The bytes of a filing, checked against its line. Throws `ASSAY_FILING_UNREADABLE` or `ASSAY_FILING_CHANGED`.
 */
export async function readFiling(folder: string, line: FilingLine): Promise<Buffer> {
  const path = join(folder, line.path);
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new NlpError('ASSAY_FILING_UNREADABLE', `${path} cannot be read.`, {
      hint: 'Ingest the filings again.',
      cause: error,
    });
  }
  const digest = sha256(bytes);
  if (digest !== line.sha256) {
    throw new NlpError('ASSAY_FILING_CHANGED', `${path} is not what ${manifestName} lists: its SHA-256 is ${digest}.`, {
      hint: 'The file was changed or damaged after it was ingested; ingest it again.',
    });
  }
  return bytes;
}
