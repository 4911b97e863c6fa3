import { z } from 'zod';
import { AssayError } from '../errors.ts';
import type { Artifact, SealedRecord } from '../records/index.ts';
import {
  checked,
  type LineageContext,
  type ParagraphLine,
  readParagraphs,
  type Training,
  trainingOf,
} from './model-data.ts';
import type { LineageEdge, LineageNode } from './walk.ts';

const filingLine = z.object({
  accession: z.string(),
  form: z.string(),
  path: z.string(),
  sha256: z.string(),
  size: z.number(),
  filedAt: z.string().nullable(),
  companies: z.array(z.object({ role: z.string(), name: z.string(), cik: z.string() })),
});

type FilingOrigin = Readonly<z.infer<typeof filingLine>>;

/** A piece of a filing as filed, decoded; offsets are bytes. */
export interface Excerpt {
  /** Where `before` begins. */
  readonly start: number;
  /** Where `after` ends. */
  readonly end: number;
  readonly before: string;
  readonly text: string;
  readonly after: string;
}

export interface ParagraphOrigin {
  readonly paragraph: ParagraphLine;
  readonly filing: FilingOrigin;
  readonly excerpt: Excerpt;
  /** The path from the model version (first) to the filing's bytes (last). */
  readonly chain: { readonly nodes: readonly LineageNode[]; readonly edges: readonly LineageEdge[] };
}

/** Bytes of the filing shown on either side. */
const margin = 1500;

/**
 * Walks from a model version back to the bytes of the filing that one of its paragraphs stands in. All is read from the object
 * store by the digests that records vouch for, so that it does not matter what the working tree holds now.
 *
 * @throws AssayError `ASSAY_LINEAGE_NO_STAGE_RUN`, `ASSAY_LINEAGE_PARAGRAPH_NOT_FOUND`, `ASSAY_LINEAGE_FILING_NOT_FOUND`,
 * `ASSAY_LINEAGE_FILE_MALFORMED`, and what reading objects throws.
 */
export async function paragraphOrigin(
  context: LineageContext,
  model: SealedRecord,
  paragraphId: string,
): Promise<ParagraphOrigin> {
  const training = await trainingOf(context, model);
  const found = (await readParagraphs(context, training)).get(paragraphId);
  if (!found) {
    throw new AssayError(
      'ASSAY_LINEAGE_PARAGRAPH_NOT_FOUND',
      `no stage run that leads to ${model.record.id} ${model.record.version} wrote the paragraph ${paragraphId}`,
      { hint: 'The ids of its paragraphs are in examples.jsonl of the model.' },
    );
  }
  const { paragraph, stageRun } = found;
  const source = await findFiling(context, training, paragraph);
  const bytes = await context.files.read(source.file);
  if (paragraph.end > bytes.length || paragraph.start > paragraph.end) {
    throw new AssayError(
      'ASSAY_LINEAGE_FILE_MALFORMED',
      `the paragraph ${paragraphId} is said to be at bytes ${paragraph.start} to ${paragraph.end} of a filing of ${bytes.length}`,
    );
  }
  return {
    paragraph,
    filing: source.filing,
    excerpt: excerptOf(bytes, paragraph.start, paragraph.end),
    chain: chainOf(model, training, [stageRun, source.stageRun], source.file),
  };
}

/** The filing's line and file, in the output of the stage run that brought it in. */
async function findFiling(context: LineageContext, training: Training, paragraph: ParagraphLine) {
  for (const stageRun of training.stageRuns) {
    const list = await context.files.named(stageRun, 'filings.jsonl');
    if (!list) continue;
    for (const [i, line] of (await context.files.lines(list)).entries()) {
      const filing = checked(filingLine, line, list, i);
      if (filing.accession !== paragraph.accession) continue;
      const name = `${list.name.slice(0, -'filings.jsonl'.length)}${filing.path}`;
      for await (const file of context.files.of(stageRun)) {
        if (file.name === name && file.sha256 === filing.sha256) return { stageRun, filing, file };
      }
    }
  }
  throw new AssayError(
    'ASSAY_LINEAGE_FILING_NOT_FOUND',
    `no stage run before the paragraph ${paragraph.id} wrote the filing ${paragraph.accession}`,
    { hint: 'The pipeline has to make the filings a stage output: a folder with filings.jsonl.' },
  );
}

/** The shortest path from the model through these stage runs, in order, to the file that the last of them wrote. */
function chainOf(
  model: SealedRecord,
  { stageRun, lineage }: Training,
  through: readonly SealedRecord[],
  file: Artifact,
): ParagraphOrigin['chain'] {
  const byRef = new Map(lineage.nodes.map((node) => [node.ref, node]));
  const [modelRef, fileRef] = [`record:${model.hash}`, `sha256:${file.sha256}`];
  const edges: LineageEdge[] = [{ from: `record:${stageRun.hash}`, to: modelRef, role: 'trained-by' }];
  let at = `record:${stageRun.hash}`;
  for (const { hash } of through) {
    edges.push(...pathUp(lineage.edges, at, `record:${hash}`));
    at = `record:${hash}`;
  }
  edges.push({ from: at, to: fileRef, role: 'made' });
  const nodes: LineageNode[] = [{ type: 'record', ref: modelRef, depth: 0, sealed: model }];
  for (const { from } of edges.slice(0, -1)) nodes.push({ ...byRef.get(from)!, depth: nodes.length });
  const { sha256, md5, size, name } = file;
  nodes.push({ type: 'object', ref: fileRef, depth: nodes.length, sha256, md5, size, names: [name] });
  return { nodes, edges };
}

function pathUp(edges: readonly LineageEdge[], start: string, goal: string): readonly LineageEdge[] {
  const reached = new Map<string, LineageEdge | undefined>([[start, undefined]]);
  const queue = [start];
  for (let ref = queue.shift(); ref !== undefined && !reached.has(goal); ref = queue.shift()) {
    for (const edge of edges) {
      if (edge.to !== ref || reached.has(edge.from)) continue;
      reached.set(edge.from, edge);
      queue.push(edge.from);
    }
  }
  const path: LineageEdge[] = [];
  for (let edge = reached.get(goal); edge !== undefined; edge = reached.get(edge.to)) path.unshift(edge);
  return path;
}

const newline = 0x0a;

/** The text around a span, cut at line breaks where there are any. */
export function excerptOf(bytes: Uint8Array, start: number, end: number): Excerpt {
  let first = Math.max(0, start - margin);
  if (first > 0) {
    const cut = bytes.indexOf(newline, first);
    if (cut >= 0 && cut < start) first = cut + 1;
    else while (first < start && isContinuation(bytes[first])) first++;
  }
  let last = Math.min(bytes.length, end + margin);
  if (last < bytes.length) {
    const cut = bytes.lastIndexOf(newline, last);
    if (cut > end) last = cut;
    else while (last > end && isContinuation(bytes[last])) last--;
  }
  return {
    start: first,
    end: last,
    before: decode(bytes.subarray(first, start)),
    text: decode(bytes.subarray(start, end)),
    after: decode(bytes.subarray(end, last)),
  };
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

/** Filings are UTF-8 or windows-1252, whatever they say of themselves. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
