import { sha256 } from '@noble/hashes/sha2.js';
import { AssayError } from '../../errors.ts';
import { concat, toHex, utf8 } from './bytes.ts';
import { KEY_RECORD, parseKeyStatement } from './key-statement.ts';
import { type Ed25519, parseVkey, portableEd25519, type Verifier, verifyNote } from './note.ts';
import { parseEntry } from './record.ts';

/** A statement of a ledger about its keys: the body of the record at `index`. */
export interface SealedStatement {
  readonly index: number;
  readonly note: string;
}

/** A key that a ledger had, or has. */
export interface LedgerKey {
  readonly vkey: string;
  /** The size of the first checkpoint that it signed as the ledger's key. */
  readonly from: number;
  /** The size of the last one: that of the hand-over, which both keys sign. Undefined of the present key. */
  readonly until?: number;
  /** Checkpoints that cover the record `since` are not believed on its word. */
  readonly revoked?: { readonly since: number; readonly reason?: string };
}

/** A key whose signatures are not to be believed from a record on, as somebody was told; by its key id or its whole vkey. */
export interface RevokedKey {
  readonly key: string;
  readonly since: number;
}

/**
 * The keys of a ledger from one of them on, by what the ledger says of them: each hand-over is signed by the key that is known
 * already and by the one that it leads to, each revocation by the key of its time. What was said before the first key's time is
 * passed over, and all of it when the key never was one of the ledger's.
 *
 * @param statements in the order of their records
 * @throws AssayError `ASSAY_KEY_HISTORY` when they do not hold together, `ASSAY_KEY_STATEMENT`, and those of `verifyNote`
 */
export function followKeys(
  first: string,
  statements: readonly SealedStatement[],
  scheme: Ed25519 = portableEd25519,
): readonly LedgerKey[] {
  const { name } = parseVkey(first, scheme);
  const parsed = statements.map(({ index, note }) => ({ index, ...parseKeyStatement(note) }));
  const handedTo = parsed.findIndex(({ statement }) => statement.kind === 'hand-over' && statement.to === first);
  const keys: LedgerKey[] = [{ vkey: first, from: handedTo < 0 ? 0 : parsed[handedTo]!.index + 1 }];
  const isKnown = handedTo >= 0 || firstKey(statements) === first;
  for (const { index, statement, note } of isKnown ? parsed.slice(handedTo + 1) : []) {
    const present = keys.at(-1)!;
    if (statement.ledger !== name) throw broken(index, `is about the ledger ${statement.ledger}`);
    if (statement.kind === 'hand-over') {
      const { from, to, since, reason } = statement;
      if (from !== present.vkey)
        throw broken(index, `hands over from ${idOf(from)}, which was not the ledger's key then`);
      if (keys.some(({ vkey }) => vkey === to)) throw broken(index, `hands over to ${idOf(to)} again`);
      for (const vkey of [from, to]) verifyNote(note, [parseVkey(vkey, scheme)]);
      keys[keys.length - 1] = revoke({ ...present, until: index + 1 }, since, reason);
      keys.push({ vkey: to, from: index + 1 });
    } else {
      verifyNote(note, [parseVkey(present.vkey, scheme)]);
      if (statement.key === present.vkey) throw broken(index, 'revokes the key that signs it');
      // Of a key from before the first one's time nothing is known here.
      const at = keys.findIndex(({ vkey }) => vkey === statement.key);
      if (at >= 0) keys[at] = revoke(keys[at]!, statement.since, statement.reason);
    }
  }
  return keys;
}

/** Whether an entry is the record about the ledger's keys whose body is this note. */
export function isStatementEntry(entry: Uint8Array, salt: Uint8Array, note: string): boolean {
  try {
    const { kind, id, body } = parseEntry(entry);
    if (kind !== KEY_RECORD.kind || id !== KEY_RECORD.id) return false;
    return toHex(sha256(concat(salt, utf8(note)))) === body.digest;
  } catch {
    return false;
  }
}

/** The key that a ledger was begun with; undefined while it has handed over to no other. */
export function firstKey(statements: readonly SealedStatement[]): string | undefined {
  for (const { note } of statements) {
    const { statement } = parseKeyStatement(note);
    if (statement.kind === 'hand-over') return statement.from;
  }
  return undefined;
}

/**
 * The keys by which checkpoints of a ledger may be verified, each up to where its word counts.
 * @param revoked of keys that somebody was told about by another way
 * @throws AssayError `ASSAY_KEY_REVOKED` when a hand-over was signed by a key that did not count any more: who knows only that
 * key cannot tell the ledger's holder from a thief
 */
export function verifiersOf(
  keys: readonly LedgerKey[],
  revoked: readonly RevokedKey[] = [],
  scheme: Ed25519 = portableEd25519,
): readonly Verifier[] {
  return keys.map((key) => {
    const verifier = parseVkey(key.vkey, scheme);
    const told = revoked.filter((other) => other.key === key.vkey || other.key === toHex(verifier.keyId));
    const since = Math.min(...told.map((other) => other.since), key.revoked?.since ?? Number.POSITIVE_INFINITY);
    if (key.until !== undefined && since < key.until) {
      const reason = key.revoked?.reason === undefined ? '' : ` (${key.revoked.reason})`;
      throw new AssayError(
        'ASSAY_KEY_REVOKED',
        `the key ${idOf(key.vkey)} was revoked from record ${since} on${reason}, before it handed over to another one at record ${key.until - 1}`,
        { hint: 'Ask the ledger’s holder for its present key by another way, and verify by that.' },
      );
    }
    if (since !== Number.POSITIVE_INFINITY) return { ...verifier, limit: { size: since, why: 'revoked' } };
    return key.until === undefined ? verifier : { ...verifier, limit: { size: key.until, why: 'handed over' } };
  });
}

function revoke(key: LedgerKey, since: number | undefined, reason: string | undefined): LedgerKey {
  if (since === undefined || (key.revoked && key.revoked.since <= since)) return key;
  return { ...key, revoked: { since, ...(reason !== undefined && { reason }) } };
}

/** `NAME+HASH`, as signatures name a key. */
function idOf(vkey: string): string {
  const { name, keyId } = parseVkey(vkey);
  return `${name}+${toHex(keyId)}`;
}

function broken(index: number, problem: string): AssayError {
  return new AssayError('ASSAY_KEY_HISTORY', `record ${index}, about the ledger's keys, ${problem}`, {
    hint: 'No command of Assay seals such a record. See `assay verify`, and ask the ledger’s holder.',
  });
}
