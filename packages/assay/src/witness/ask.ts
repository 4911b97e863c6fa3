import { AssayError } from '../errors.ts';
import { type HighWaterMarks, nodeEd25519, type RecordStore } from '../records/index.ts';
import {
  cosignaturesOf,
  formatAddCheckpoint,
  formatCosignature,
  parseCheckpoint,
  parseNote,
  parseVkey,
  toHex,
  verifyCosigned,
  type WitnessKey,
  witnessPolicy,
} from '../records/proof/index.ts';
import { writeCosigned } from './cosigned-file.ts';

export interface AskOptions {
  readonly vkey: string;
  readonly quorum: number;
  readonly witnesses: readonly { readonly vkey: string; readonly url: string }[];
  /** Where the cosigned checkpoint is kept once the quorum is met. */
  readonly cosignedFile: string;
  readonly highWater: HighWaterMarks;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface Asked {
  readonly size: number;
  readonly quorum: number;
  readonly cosigned: boolean;
  readonly witnesses: readonly {
    readonly name: string;
    /** Seconds since 1970, as the witness claims. */
    readonly time?: number;
    readonly error?: { readonly code: string; readonly message: string };
  }[];
}

/** A longer answer than a signature line or two is none. */
const LONGEST_ANSWER = 16 * 1024;

/**
 * Asks each witness to cosign the newest checkpoint, and keeps it with their cosignatures when enough of them did. A witness that
 * fails does not keep the others from answering.
 *
 * @throws AssayError `ASSAY_LEDGER_EMPTY`, `ASSAY_WITNESS_POLICY`, `ASSAY_VKEY_INVALID`
 */
export async function askWitnesses(records: RecordStore, options: AskOptions): Promise<Asked> {
  const { quorum } = options;
  const policy = witnessPolicy(
    options.witnesses.map(({ vkey }) => vkey),
    quorum,
    nodeEd25519,
  );
  const note = await records.checkpoint();
  if (note === undefined) throw new AssayError('ASSAY_LEDGER_EMPTY', 'the ledger has no checkpoint yet');
  const { size } = parseCheckpoint(note);
  const lines: string[] = [];
  const witnesses = await Promise.all(
    policy.witnesses.map(async (key, i): Promise<Asked['witnesses'][number]> => {
      try {
        const { line, time } = await askOne(records, note, key, options.witnesses[i]!.url, options);
        lines.push(line);
        return { name: key.name, time };
      } catch (error) {
        options.signal.throwIfAborted();
        const { code, message } = error instanceof AssayError ? error : unreachable(key.name, error);
        return { name: key.name, error: { code, message } };
      }
    }),
  );
  const cosigned = lines.length >= quorum;
  if (cosigned) {
    const full = note + lines.join('');
    verifyCosigned(full, [parseVkey(options.vkey, nodeEd25519)], policy);
    writeCosigned(options.cosignedFile, full, options.highWater);
  }
  return { size, quorum, cosigned, witnesses };
}

async function askOne(records: RecordStore, note: string, key: WitnessKey, url: string, options: AskOptions) {
  const { size } = parseCheckpoint(note);
  let oldSize = 0;
  // The first 409 says what it has seen; another one, that someone was quicker.
  for (let attempt = 0; attempt < 4; attempt++) {
    const proof = await records.consistencyProof(oldSize, size);
    const response = await fetch(`${url.replace(/\/+$/, '')}/add-checkpoint`, {
      method: 'POST',
      body: formatAddCheckpoint({ oldSize, proof, checkpoint: note }),
      redirect: 'error',
      signal: AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)]),
    });
    const body = await shortText(response, key.name);
    if (response.status === 200) return cosignatureIn(body, note, key);
    const isSize = response.status === 409 && /^(?:0|[1-9][0-9]*)\n?$/.test(body);
    const seen = Number(body);
    if (isSize && seen > size) {
      throw new AssayError(
        'ASSAY_WITNESS_AHEAD',
        `the witness ${key.name} has seen ${seen} records of this ledger, which holds ${size}: it was rolled back, or an old copy was restored`,
      );
    }
    if (response.status === 422 || (isSize && seen === oldSize)) {
      throw new AssayError(
        'ASSAY_WITNESS_FORKED',
        `the witness ${key.name} has seen another ledger of this name at ${oldSize} records than this one, which has the root ${toHex(parseCheckpoint(note).root)} at ${size}: it forked (${body.trim().slice(0, 300)})`,
      );
    }
    if (!isSize) {
      throw new AssayError(
        'ASSAY_WITNESS_REFUSED',
        `the witness ${key.name} answers ${response.status}: ${body.trim().slice(0, 300)}`,
      );
    }
    oldSize = seen;
  }
  throw new AssayError(
    'ASSAY_WITNESS_REFUSED',
    `the witness ${key.name} answers each time that it has seen another size`,
  );
}

/** The line of the known key alone: what else a witness answers is not taken over. */
function cosignatureIn(body: string, note: string, key: WitnessKey): { line: string; time: number } {
  const [found] = cosignaturesOf(note + body, [key]);
  if (!found) throw new AssayError('ASSAY_WITNESS_REFUSED', `the witness ${key.name} answers without its cosignature`);
  for (const { name, keyId, signature } of parseNote(note + body).signatures) {
    if (name !== key.name || toHex(keyId) !== toHex(key.keyId)) continue;
    return { line: formatCosignature(key, found.time, signature.slice(8)), time: found.time };
  }
  throw new Error('a cosignature that was verified is gone');
}

async function shortText(response: Response, name: string): Promise<string> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of response.body ?? []) {
    length += piece.length;
    if (length > LONGEST_ANSWER) throw new AssayError('ASSAY_WITNESS_REFUSED', `the witness ${name} answers too much`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function unreachable(name: string, error: unknown): AssayError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const why = cause instanceof Error ? cause.message || cause.name : String(cause);
  return new AssayError('ASSAY_WITNESS_UNREACHABLE', `the witness ${name} was not reached: ${why}`);
}
