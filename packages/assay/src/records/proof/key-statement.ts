import { AssayError } from '../../errors.ts';
import { parseNote, parseVkey, type SignedNote } from './note.ts';

/** The one kind of record that the ledger itself reads: revisions of `ledger-key/key` say what becomes of its keys. */
export const KEY_RECORD = { kind: 'ledger-key', id: 'key', mediaType: 'text/x.assay-ledger-key' } as const;

/** A ledger goes on with another key. Signed by both. */
export interface HandOver {
  readonly kind: 'hand-over';
  /** The ledger's name. */
  readonly ledger: string;
  readonly from: string;
  readonly to: string;
  /** Set when `from` is revoked by the same act: see `Revocation`. */
  readonly since?: number;
  readonly reason?: string;
}

/** What an earlier key signs counts no more. Signed by the present key. */
interface Revocation {
  readonly kind: 'revocation';
  readonly ledger: string;
  readonly key: string;
  /** Checkpoints that cover the record of this index, or a later one, are not believed on this key's word. */
  readonly since: number;
  readonly reason?: string;
}

export type KeyStatement = HandOver | Revocation;

/** Its second line keeps it from being read as a checkpoint, which the same keys sign. */
const HEADER = 'assay-ledger-key@v1';
const LONGEST_REASON = 200;

/** The text to be signed, with its final newline. @throws AssayError `ASSAY_KEY_STATEMENT` */
export function formatKeyStatement(statement: KeyStatement): string {
  const { kind, ledger, since, reason } = statement;
  const keys = kind === 'hand-over' ? [`from ${statement.from}`, `to ${statement.to}`] : [`key ${statement.key}`];
  const lines = [HEADER, kind, `ledger ${ledger}`, ...keys];
  if (since !== undefined) lines.push(`since ${since}`);
  if (reason !== undefined) lines.push(`reason ${reason}`);
  const text = `${lines.join('\n')}\n`;
  readText(text);
  return text;
}

/** Takes a signed statement apart, without verifying it. @throws AssayError `ASSAY_KEY_STATEMENT`, `ASSAY_NOTE_MALFORMED` */
export function parseKeyStatement(note: string): { readonly statement: KeyStatement; readonly note: SignedNote } {
  const signed = parseNote(note);
  return { statement: readText(signed.text), note: signed };
}

function readText(text: string): KeyStatement {
  const lines = text.slice(0, -1).split('\n');
  if (lines.shift() !== HEADER) throw malformed(`does not begin with ${HEADER}`);
  const kind = lines.shift();
  const take = (name: string): string | undefined => {
    if (lines[0]?.startsWith(`${name} `) !== true) return undefined;
    return lines.shift()!.slice(name.length + 1);
  };
  const need = (name: string): string => {
    const value = take(name);
    if (value === undefined) throw malformed(`lacks \`${name}\` at its place`);
    return value;
  };
  const ledger = need('ledger');
  const key = (name: string): string => {
    const vkey = need(name);
    if (parseVkey(vkey).name !== ledger) throw malformed(`names a key of another ledger than ${ledger}`);
    return vkey;
  };
  const rest = (): { readonly since?: number; readonly reason?: string } => {
    const [digits, reason] = [take('since'), take('reason')];
    const since = digits === undefined ? undefined : Number(digits);
    if (since !== undefined && (!/^(?:0|[1-9][0-9]*)$/.test(digits!) || !Number.isSafeInteger(since)))
      throw malformed('has a `since` that is no plain decimal');
    if (reason !== undefined && (reason.trim() !== reason || reason === '' || reason.length > LONGEST_REASON))
      throw malformed(`has a \`reason\` that is not one line of 1 to ${LONGEST_REASON} characters`);
    if (lines.length > 0) throw malformed(`has the line ${JSON.stringify(lines[0])}, which says nothing known`);
    return { ...(since !== undefined && { since }), ...(reason !== undefined && { reason }) };
  };
  if (kind === 'hand-over') {
    const [from, to] = [key('from'), key('to')];
    if (from === to) throw malformed('hands over to the same key');
    return { kind, ledger, from, to, ...rest() };
  }
  if (kind !== 'revocation') throw malformed('is neither a hand-over nor a revocation');
  const revoked = key('key');
  const { since, ...others } = rest();
  if (since === undefined) throw malformed('lacks `since`');
  return { kind, ledger, key: revoked, since, ...others };
}

function malformed(problem: string): AssayError {
  return new AssayError('ASSAY_KEY_STATEMENT', `what is said of the ledger's keys ${problem}`, {
    hint: 'A reason is one line of at most 200 characters. A sealed one that reads so was not made by `assay ledger key`.',
  });
}
