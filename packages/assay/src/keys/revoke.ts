import { AssayError } from '../errors.ts';
import { keyDraft, type RecordStore, type SealedRecord, type Signer } from '../records/index.ts';
import type { LedgerKey } from '../records/proof/index.ts';
import { type Project, vkeyId } from '../workspace/index.ts';
import { ledgerKeys } from './history.ts';

export interface Revoked {
  readonly vkey: string;
  readonly since: number;
  /** Undefined when the ledger says so already. */
  readonly sealed: SealedRecord | undefined;
}

/**
 * Has the ledger say that an earlier key's word does not count from a record on.
 * @param key its key id or its whole verifier's key
 * @param since by default the record after its hand-over: nothing that it signed in its time is touched
 * @throws AssayError `ASSAY_KEY_UNKNOWN`, `ASSAY_KEY_REVOKE_PRESENT`, `ASSAY_KEY_REVOKE_SINCE`, and those of sealing
 */
export async function revokeLedgerKey(
  key: string,
  { since, reason }: { readonly since?: number; readonly reason?: string },
  work: { readonly project: Pick<Project, 'origin' | 'vkey'>; readonly records: RecordStore; readonly signer: Signer },
): Promise<Revoked> {
  const { project, records, signer } = work;
  const keys = await ledgerKeys(records, project);
  const found = keyNamed(keys, key, project.origin);
  const { vkey, until, revoked } = found;
  if (until === undefined) {
    throw new AssayError('ASSAY_KEY_REVOKE_PRESENT', `${vkeyId(vkey)} is the present key of ${project.origin}`, {
      hint: 'Rotate it and revoke it in one step: `assay ledger key rotate --revoke-since INDEX --reason TEXT`.',
    });
  }
  const from = since ?? until;
  if (!Number.isSafeInteger(from) || from < 0 || from > until) {
    throw new AssayError(
      'ASSAY_KEY_REVOKE_SINCE',
      `${vkeyId(vkey)} was handed over at ${until} records: --since is from 0 to ${until}`,
    );
  }
  if (revoked && revoked.since <= from) return { vkey, since: revoked.since, sealed: undefined };
  const revision = (await records.history('ledger-key', 'key')).length + 1;
  const statement = { kind: 'revocation', ledger: project.origin, key: vkey, since: from } as const;
  const draft = keyDraft({ ...statement, ...(reason !== undefined && { reason }) }, [signer], revision);
  const [sealed] = await records.append([draft]);
  return { vkey, since: from, sealed };
}

function keyNamed(keys: readonly LedgerKey[], key: string, origin: string): LedgerKey {
  const found = keys.find(({ vkey }) => vkey === key || vkeyId(vkey) === key);
  if (found) return found;
  throw new AssayError('ASSAY_KEY_UNKNOWN', `${origin} never had the key ${key}`, {
    hint: 'See `assay ledger key --all`; a key is named by its 8 hex digits, or whole.',
  });
}
