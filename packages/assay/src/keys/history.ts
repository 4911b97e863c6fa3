import { nodeEd25519, type RecordStore, readKeyRecords } from '../records/index.ts';
import { firstKey, followKeys, type LedgerKey } from '../records/proof/index.ts';
import type { Project } from '../workspace/index.ts';

/**
 * Every key that a ledger had, by what it sealed about them; the last is the present one.
 * @param first begin with this key in place of the ledger's first
 * @throws AssayError `ASSAY_KEY_HISTORY`, `ASSAY_KEY_STATEMENT`, and those of `verifyNote`, when the records do not hold together
 */
export async function ledgerKeys(
  records: Pick<RecordStore, 'history' | 'body'>,
  { vkey }: Pick<Project, 'vkey'>,
  first?: string,
): Promise<readonly LedgerKey[]> {
  const statements = await readKeyRecords(records);
  return followKeys(first ?? firstKey(statements) ?? vkey, statements, nodeEd25519);
}
