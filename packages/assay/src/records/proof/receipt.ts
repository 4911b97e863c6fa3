import { sha256 } from '@noble/hashes/sha2.js';
import type { LedgerRecord, Sealed } from '../record.ts';
import { concat, fromBase64, toHex, utf8 } from './bytes.ts';
import { type Checkpoint, verifyCheckpoint } from './checkpoint.ts';
import { checksInto } from './checks.ts';
import { verifyCosigned, type WitnessPolicy } from './cosignature.ts';
import { portableHasher, verifyInclusion } from './merkle.ts';
import { type Ed25519, parseVkey, portableEd25519 } from './note.ts';
import { parseEntry } from './record.ts';
import { parseTlogProof, type TlogProof } from './tlog-proof.ts';

export const RECEIPT_FORMAT = 'assay-receipt@v1';

/** One record with all that is needed to check it offline, years later, against the ledger's verifier key. */
export interface Receipt {
  readonly format: typeof RECEIPT_FORMAT;
  /** The record's canonical JSON, as sealed. */
  readonly entry: string;
  /** Left out when it was redacted, or is too large to be carried along. */
  readonly body?: OpenedBytes;
  readonly note?: OpenedBytes;
  /** A C2SP tlog-proof: index, inclusion path, and the signed checkpoint. */
  readonly proof: string;
  /** For a person who reads the file. */
  readonly doesNotProve: readonly string[];
}

/** Sealed bytes with their salt; base64. */
export interface OpenedBytes {
  readonly salt: string;
  readonly bytes: string;
}

/** What a receipt leaves open, however well it checks. */
export const doesNotProve: readonly string[] = [
  'That what the record says is true: it proves that the holder of the ledger’s key sealed these words, not that they are right.',
  'When it was sealed, and by whom: `at` and `by` are claims of the ledger; what is proved is the place in its order.',
  'That everyone was shown the same ledger: without a witness or an anchor, the holder of the key could keep two.',
  'That the artifacts still exist: their hashes are sealed, their bytes are not in the receipt.',
];

export interface ReceiptCheck {
  readonly name: 'format' | 'entry' | 'checkpoint' | 'witnesses' | 'inclusion' | 'body' | 'note';
  /** `absent`: the receipt does not carry the bytes, so there was nothing to check. */
  readonly status: 'passed' | 'failed' | 'absent';
  readonly message: string;
}

export interface ReceiptVerdict {
  readonly ok: boolean;
  readonly checks: readonly ReceiptCheck[];
  readonly record?: LedgerRecord;
  /** Hex leaf hash: the record's name. */
  readonly hash?: string;
  readonly index?: number;
  readonly checkpoint?: Checkpoint;
  readonly doesNotProve: readonly string[];
}

/**
 * Checks a receipt with nothing but the ledger's verifier key, and goes on after a failure.
 * @param receipt the parsed JSON of the file; anything at all may come
 * @param policy the witnesses that must have cosigned; without it nobody need have
 * @param scheme a quicker way than the portable one to check signatures
 * @throws AssayError `ASSAY_VKEY_INVALID`
 */
export function verifyReceipt(
  receipt: unknown,
  vkey: string,
  scheme: Ed25519 = portableEd25519,
  policy?: WitnessPolicy,
): ReceiptVerdict {
  const verifier = parseVkey(vkey, scheme);
  const checks: ReceiptCheck[] = [];
  const check = checksInto<ReceiptCheck['name']>(checks);
  const file = check('format', `the file is an ${RECEIPT_FORMAT}`, () => readReceipt(receipt));
  if (file === undefined) return { ok: false, checks, doesNotProve };

  const entry = utf8(file.entry);
  const record = check('entry', 'the record is canonical and complete', () => parseEntry(entry));
  let proof: TlogProof | undefined;
  const checkpoint = check('checkpoint', `the checkpoint is signed by ${verifier.name}`, () => {
    proof = parseTlogProof(file.proof);
    return verifyCheckpoint(proof.checkpoint, [verifier]);
  });
  if (policy !== undefined && proof !== undefined) {
    const { checkpoint: note } = proof;
    check('witnesses', `at least ${policy.quorum} of ${policy.witnesses.length} witnesses cosigned it`, () =>
      verifyCosigned(note, [verifier], policy),
    );
  }
  const hash = portableHasher.leaf(entry);
  if (checkpoint !== undefined && proof !== undefined) {
    const { index, path } = proof;
    check(
      'inclusion',
      `the record is number ${index} of the ${checkpoint.size} that the checkpoint vouches for`,
      () => {
        if (!verifyInclusion(hash, index, checkpoint.size, path, checkpoint.root)) {
          throw new Error(
            `the record is not number ${index} of the ${checkpoint.size} that the checkpoint vouches for`,
          );
        }
      },
    );
  }
  const opened = (name: 'body' | 'note', sealed: Sealed | undefined) => {
    const carried = file[name];
    if (carried === undefined) {
      if (sealed !== undefined)
        checks.push({
          name,
          status: 'absent',
          message: `the ${name} is not in the receipt; only its digest is proved`,
        });
      return;
    }
    check(name, `the ${name} has the digest that the record vouches for`, () => checkOpened(name, carried, sealed));
  };
  if (record !== undefined) {
    opened('body', record.body);
    opened('note', record.note);
  }
  return {
    ok: checks.every(({ status }) => status !== 'failed'),
    checks,
    hash: toHex(hash),
    doesNotProve,
    ...(record && { record }),
    ...(proof && { index: proof.index }),
    ...(checkpoint && { checkpoint }),
  };
}

function checkOpened(name: string, { salt, bytes }: OpenedBytes, sealed: Sealed | undefined): void {
  if (sealed === undefined) throw new Error(`the receipt carries a ${name}, and the record has none`);
  const [saltBytes, content] = [fromBase64(salt), fromBase64(bytes)];
  if (saltBytes?.length !== 16 || content === undefined)
    throw new Error(`the ${name} or its salt is not canonical base64`);
  if (content.length !== sealed.size)
    throw new Error(`the ${name} has ${content.length} bytes, and ${sealed.size} were sealed`);
  if (toHex(sha256(concat(saltBytes, content))) !== sealed.digest) {
    throw new Error(`the ${name} is not the one that was sealed: its digest differs`);
  }
}

function readReceipt(value: unknown): Receipt {
  if (typeof value !== 'object' || value === null) throw new Error('the receipt is not a JSON object');
  const { format, entry, body, note, proof, doesNotProve: words } = value as Partial<Record<keyof Receipt, unknown>>;
  if (format !== RECEIPT_FORMAT)
    throw new Error(`the receipt's format is ${JSON.stringify(format)}, not ${RECEIPT_FORMAT}`);
  if (typeof entry !== 'string' || typeof proof !== 'string')
    throw new Error('the receipt lacks its entry or its proof');
  if (!entry.isWellFormed()) throw new Error('the entry has a lone surrogate');
  const carried = (name: string, opened: unknown): OpenedBytes | undefined => {
    if (opened === undefined) return undefined;
    const { salt, bytes } = Object(opened) as Partial<Record<keyof OpenedBytes, unknown>>;
    if (typeof salt === 'string' && typeof bytes === 'string') return { salt, bytes };
    throw new Error(`the receipt's ${name} lacks its salt or its bytes`);
  };
  const [carriedBody, carriedNote] = [carried('body', body), carried('note', note)];
  return {
    format,
    entry,
    ...(carriedBody && { body: carriedBody }),
    ...(carriedNote && { note: carriedNote }),
    proof,
    doesNotProve: Array.isArray(words) ? words.map(String) : [],
  };
}
