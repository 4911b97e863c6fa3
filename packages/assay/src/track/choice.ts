import { AssayError } from '../errors.ts';
import type { SealedRecord } from '../records/index.ts';
import type { Revision } from './revision.ts';

/**
 * A revision by `newest`, its number, its version, or the beginning of its hash.
 * @throws AssayError `ASSAY_REF_UNKNOWN`
 */
export function pick(history: readonly Revision[], which: string): Revision {
  const found =
    which === 'newest'
      ? history.at(-1)
      : /^\d{1,5}$/.test(which)
        ? history[Number(which) - 1]
        : history.findLast(
            ({ sealed }) => sealed.record.version === which || (which.length >= 6 && sealed.hash.startsWith(which)),
          );
  if (found) return found;
  const { kind, id } = history[0]!.sealed.record;
  throw new AssayError('ASSAY_REF_UNKNOWN', `${kind}/${id} has no revision ${which}`, {
    hint: `It has ${history.length}; see \`assay track history ${kind}/${id}\`.`,
  });
}

/** Refuses a change that builds on what is no more the newest. @throws AssayError `ASSAY_TRACK_CONFLICT` */
export function checkBase(history: readonly Revision[], base: string | undefined): void {
  const last = history.at(-1)!.sealed;
  if (base === undefined || pick(history, base).sealed.hash === last.hash) return;
  throw conflict(last);
}

export function exists({ record }: SealedRecord): AssayError {
  return new AssayError('ASSAY_TRACK_EXISTS', `${record.kind}/${record.id} is there already, since ${record.at}`, {
    hint: 'Use `assay track update`, or another id.',
  });
}

export function conflict({ record }: SealedRecord): AssayError {
  return new AssayError(
    'ASSAY_TRACK_CONFLICT',
    `someone was first: ${record.kind}/${record.id} is at revision ${record.revision}, by ${record.by} at ${record.at}`,
    { hint: 'Read it again, and build on it.' },
  );
}
