import { sha256 } from '@noble/hashes/sha2.js';
import { AssayError } from '../../errors.ts';
import type { LedgerRecord, Sealed } from '../record.ts';
import { concat, equalBytes, fromBase64, toHex, utf8 } from './bytes.ts';
import { type Checkpoint, parseCheckpoint, verifyCheckpoint } from './checkpoint.ts';
import { checksInto } from './checks.ts';
import { verifyCosigned, type WitnessPolicy } from './cosignature.ts';
import { followKeys, type RevokedKey, type SealedStatement, verifiersOf } from './key-history.ts';
import { KEY_RECORD } from './key-statement.ts';
import { portableHasher, verifyInclusion } from './merkle.ts';
import { type Ed25519, parseVkey, portableEd25519, type Verifier } from './note.ts';
import { parseEntry } from './record.ts';
import { parseTlogProof, type TlogProof } from './tlog-proof.ts';

export const RECEIPT_FORMAT = 'assay-receipt@v1';

/** More hand-overs than a ledger will have, and few enough to be checked at once. */
const MOST_KEYS = 1000;

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
  /** What the ledger sealed about its keys, each proved under the same checkpoint; left out while it has its first key. */
  readonly keys?: readonly KeyProof[];
  /** For a person who reads the file. */
  readonly doesNotProve: readonly string[];
}

/** Sealed bytes with their salt; base64. */
export interface OpenedBytes {
  readonly salt: string;
  readonly bytes: string;
}

/** A record about the ledger's keys. */
export interface KeyProof {
  readonly index: number;
  readonly entry: string;
  readonly body: OpenedBytes;
  /** The audit path, base64. */
  readonly path: readonly string[];
}

/** What a receipt leaves open, however well it checks. */
export const doesNotProve: readonly string[] = [
  'That what the record says is true: it proves that the holder of the ledger’s key sealed these words, not that they are right.',
  'When it was sealed, and by whom: `at` and `by` are claims of the ledger; what is proved is the place in its order.',
  'That everyone was shown the same ledger: without a witness or an anchor, the holder of the key could keep two.',
  'That the key was in the right hands: a stolen key signs as the real one, until it is revoked and you were told.',
  'That the artifacts still exist: their hashes are sealed, their bytes are not in the receipt.',
];

export interface ReceiptCheck {
  readonly name: 'format' | 'entry' | 'keys' | 'checkpoint' | 'witnesses' | 'inclusion' | 'body' | 'note';
  /** `absent`: the receipt does not carry the bytes, so there was nothing to check. */
  readonly status: 'passed' | 'failed' | 'absent';
  readonly message: string;
  /** Of a failure that docs/reference/errors.md says more about. */
  readonly code?: string;
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
 * Checks a receipt with nothing but the ledger's verifier key, and goes on after a failure. The key may be an earlier one: then
 * what the ledger sealed about its keys, which the receipt carries, must lead from it to the one that signed.
 * @param receipt the parsed JSON of the file; anything at all may come
 * @param policy the witnesses that must have cosigned; without it nobody need have
 * @param scheme a quicker way than the portable one to check signatures
 * @param revoked keys of which the one who checks was told that they do not count any more
 * @throws AssayError `ASSAY_VKEY_INVALID`
 */
export function verifyReceipt(
  receipt: unknown,
  vkey: string,
  scheme: Ed25519 = portableEd25519,
  policy?: WitnessPolicy,
  revoked: readonly RevokedKey[] = [],
): ReceiptVerdict {
  const verifier = parseVkey(vkey, scheme);
  const checks: ReceiptCheck[] = [];
  const check = checksInto<ReceiptCheck['name']>(checks);
  const file = check('format', `the file is an ${RECEIPT_FORMAT}`, () => readReceipt(receipt));
  if (file === undefined) return { ok: false, checks, doesNotProve };

  const entry = utf8(file.entry);
  const record = check('entry', 'the record is canonical and complete', () => parseEntry(entry));
  const proof = parsed(() => parseTlogProof(file.proof));
  let verifiers: readonly Verifier[] = [];
  if (file.keys || revoked.length > 0) {
    const { keys = [] } = file;
    const what = 'the key leads to the one that signed, by what the ledger sealed about its keys';
    const told = keys.length > 0 ? what : 'the key is none that was revoked';
    verifiers =
      check('keys', told, () =>
        verifiersOf(followKeys(vkey, provenStatements(keys, proof), scheme), revoked, scheme),
      ) ?? [];
  } else verifiers = [verifier];
  const checkpoint = check('checkpoint', `the checkpoint is signed by ${verifier.name}`, () => {
    const { checkpoint: note } = proof ?? parseTlogProof(file.proof);
    if (verifiers.length === 0) throw new Error('it is not known which key may have signed it');
    return verifyByOneOf(note, verifiers);
  });
  if (policy !== undefined && proof !== undefined) {
    const { checkpoint: note } = proof;
    check('witnesses', `at least ${policy.quorum} of ${policy.witnesses.length} witnesses cosigned it`, () =>
      verifyCosigned(note, verifiers, policy),
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

function parsed<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    // Told by the check of the checkpoint.
    return undefined;
  }
}

/** As `verifyCheckpoint`; of another key of the same ledger it says which. */
function verifyByOneOf(note: string, verifiers: readonly Verifier[]): Checkpoint {
  const { origin, note: signed } = parseCheckpoint(note);
  const own = signed.signatures.filter(({ name }) => name === origin && name === verifiers[0]?.name);
  const isOfAnother =
    own.length > 0 && own.every(({ keyId }) => verifiers.every((known) => !equalBytes(known.keyId, keyId)));
  if (!isOfAnother) return verifyCheckpoint(note, verifiers);
  const signers = own.map(({ name, keyId }) => `${name}+${toHex(keyId)}`).join(' and ');
  throw new AssayError(
    'ASSAY_RECEIPT_KEY',
    `the checkpoint is signed by ${signers}, and nothing in the receipt leads there from the key given. If that is an earlier key of the ledger, verify with it, or have the receipt made again`,
  );
}

/** The statements of records about keys, after each was found in the tree of the checkpoint; that one is verified after them. */
function provenStatements(keys: readonly KeyProof[], proof: TlogProof | undefined): readonly SealedStatement[] {
  if (keys.length === 0) return [];
  if (proof === undefined) throw new Error('the proof cannot be read');
  const { size, root } = parseCheckpoint(proof.checkpoint);
  return keys.map(({ index, entry, body, path }, i) => {
    const bytes = utf8(entry);
    const record = parseEntry(bytes);
    const hashes = path.map(fromBase64).filter((hash) => hash !== undefined);
    if (record.kind !== KEY_RECORD.kind || record.id !== KEY_RECORD.id || record.revision !== i + 1)
      throw new Error(`the record ${index} is not number ${i + 1} of those about the ledger's keys`);
    if (hashes.length !== path.length || !verifyInclusion(portableHasher.leaf(bytes), index, size, hashes, root))
      throw new Error(`the record ${index} about the ledger's keys is not in the tree of the checkpoint`);
    checkOpened('body', body, record.body);
    return { index, note: new TextDecoder('utf-8', { fatal: true }).decode(fromBase64(body.bytes)) };
  });
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
  const {
    format,
    entry,
    body,
    note,
    proof,
    keys,
    doesNotProve: words,
  } = value as Partial<Record<keyof Receipt, unknown>>;
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
  if (keys !== undefined && (!Array.isArray(keys) || keys.length > MOST_KEYS))
    throw new Error(`the receipt's keys are not a list of at most ${MOST_KEYS}`);
  const keyProofs = (keys as readonly unknown[] | undefined)?.map((item): KeyProof => {
    const one = Object(item) as Partial<Record<keyof KeyProof, unknown>>;
    const opened = carried('key', one.body);
    const { index, entry: sealed, path } = one;
    if (typeof index !== 'number' || !Number.isSafeInteger(index) || typeof sealed !== 'string' || opened === undefined)
      throw new Error("the receipt's keys lack an index, an entry or a body");
    if (!Array.isArray(path) || !path.every((hash) => typeof hash === 'string') || !sealed.isWellFormed())
      throw new Error("the receipt's keys lack a path");
    return { index, entry: sealed, body: opened, path };
  });
  const [carriedBody, carriedNote] = [carried('body', body), carried('note', note)];
  return {
    format,
    entry,
    ...(carriedBody && { body: carriedBody }),
    ...(carriedNote && { note: carriedNote }),
    proof,
    ...(keyProofs && { keys: keyProofs }),
    doesNotProve: Array.isArray(words) ? words.map(String) : [],
  };
}
