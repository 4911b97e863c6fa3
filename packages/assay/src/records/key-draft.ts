import { nodeEd25519 } from './hashing.ts';
import { formatKeyStatement, KEY_RECORD, type KeyStatement, parseVkey } from './proof/index.ts';
import type { Draft } from './record.ts';
import { type Signer, signatureLine } from './signer.ts';

/**
 * What a ledger is to seal about its keys: a signed note. A hand-over must be the last record of its commit, which the old key
 * signs as its last one, and the new key too.
 * @param signers of a hand-over both keys', of a revocation the present key's
 * @param revision the number of such records before, plus one: who was second is refused
 * @throws AssayError `ASSAY_KEY_STATEMENT`, `ASSAY_KEY_MISMATCH`, and those of the signers
 */
export function keyDraft(statement: KeyStatement, signers: readonly Signer[], revision: number): Draft {
  const text = formatKeyStatement(statement);
  const lines = signers.map((signer) => signatureLine(text, signer, parseVkey(signer.vkey, nodeEd25519)));
  return {
    kind: KEY_RECORD.kind,
    id: KEY_RECORD.id,
    revision,
    version: `${revision}:0:0`,
    event: revision === 1 ? 'created' : 'updated',
    body: { mediaType: KEY_RECORD.mediaType, bytes: Buffer.from(`${text}\n${lines.join('')}`) },
  };
}
