import { AssayError } from '../errors.ts';
import type { Draft, SealedRecord } from '../records/index.ts';
import { checkBase, pick } from './choice.ts';
import { type KeptElsewhere, keptElsewhere, redactionDraft } from './redaction.ts';
import { metadataOf, type Revision, type TrackContext } from './revision.ts';

/** What a redaction did. */
export interface Redacted {
  readonly sealed: SealedRecord;
  readonly revisions: readonly number[];
  /** False when all of it was redacted before. */
  readonly isNew: boolean;
  /** Revisions and other records that still hold some of it. */
  readonly kept: readonly KeptElsewhere[];
}

/** The whole of a redaction, but for how a draft is sealed. @throws AssayError `ASSAY_TRACK_REDACTION` */
export async function redactRevisions(
  context: TrackContext,
  history: readonly Revision[],
  which: readonly string[],
  { reason, base }: { readonly reason: string; readonly base?: string | undefined },
  append: (draft: Draft) => Promise<SealedRecord>,
): Promise<Redacted> {
  const { records } = context;
  checkBase(history, base);
  if (reason.trim() === '') {
    throw new AssayError('ASSAY_TRACK_REDACTION', 'a redaction needs a reason', {
      hint: 'Say it without what it hides.',
    });
  }
  const named = [...new Set(which.map((one) => pick(history, one)))];
  const there = await Promise.all(named.map(({ sealed }) => records.body(sealed.record.body)));
  const present = named.filter((_, i) => there[i] !== undefined).map(({ sealed }) => sealed);
  for (const { sealed } of named) await records.release(sealed.hash);
  const last = history.at(-1)!;
  const numbers = named.map(({ sealed }) => sealed.record.revision);
  if (present.length === 0) return { sealed: last.sealed, revisions: numbers, isNew: false, kept: [] };
  const newest = present.includes(last.sealed) ? undefined : await metadataOf(context, last);
  const body = newest && { mediaType: last.sealed.record.body.mediaType, bytes: newest.bytes };
  const all = history.map(({ sealed }) => sealed);
  const kept = await keptElsewhere(records, all, present);
  const sealed = await append(redactionDraft(all, present, body, reason));
  return { sealed, revisions: numbers, isNew: true, kept };
}
