import { parseCheckpoint } from './proof/index.ts';

/** The name under which a home marks, beside how far a ledger had come, how far it was cosigned. */
export function cosignedMark(origin: string): string {
  return `${origin} cosigned`;
}

/**
 * A checkpoint with the cosignatures of witnesses, when a note of the same checkpoint has them; otherwise as it is.
 * @param cosigned a note of any checkpoint of this ledger
 */
export function withCosignatures(note: string, cosigned: string | undefined): string {
  if (cosigned === undefined) return note;
  try {
    return parseCheckpoint(cosigned).note.text === parseCheckpoint(note).note.text ? cosigned : note;
  } catch {
    // What is wrong with the file is told by opening the ledger and by `assay verify`.
    return note;
  }
}
