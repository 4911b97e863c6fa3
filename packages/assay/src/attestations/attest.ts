import { writeFile } from 'node:fs/promises';
import { AssayError } from '../errors.ts';
import { encode } from '../governance/index.ts';
import type { StoredFiles } from '../lineage/index.ts';
import type { ModelVersion } from '../models/index.ts';
import type { RecordStore, SealedRecord } from '../records/index.ts';
import { modelBundle, modelStatement, writeSignedModel } from './model-signing.ts';
import { filesOf, provenance } from './provenance.ts';
import { type StatementSigner, signStatement } from './signing.ts';

export type Format = 'in-toto' | 'model-signing';

/**
 * Signs a statement about a model version, writes it, and seals that it was made.
 * @param out the file of an in-toto envelope, or a new folder for a signed model
 * @throws AssayError `ASSAY_ATTESTATION_EMPTY` when the version has no files, and those of writing
 */
export async function attest(
  format: Format,
  out: string,
  version: ModelVersion,
  context: {
    readonly records: RecordStore;
    readonly files: StoredFiles;
    readonly origin: string;
    readonly signer: StatementSigner;
  },
): Promise<SealedRecord> {
  const { records, files, origin, signer } = context;
  const { name, version: number } = version.body;
  const artifacts = await filesOf(files, version.sealed);
  if (artifacts.length === 0)
    throw new AssayError('ASSAY_ATTESTATION_EMPTY', `${name}@${number} has no files to vouch for`);
  let signed: unknown;
  if (format === 'in-toto') {
    signed = signStatement(await provenance(records, files, version, origin), signer);
    await writeFile(out, `${JSON.stringify(signed)}\n`);
  } else {
    signed = modelBundle(modelStatement(name, artifacts), signer);
    await writeSignedModel(out, files, artifacts, signed);
  }
  const id = `${name}@${number}/${format}`;
  const newest = await records.latest('attestation', id);
  const [sealed] = await records.append([
    {
      kind: 'attestation',
      id,
      version: `1:${newest?.record.revision ?? 0}:0`,
      event: newest ? 'updated' : 'created',
      body: encode({ format, signer: signer.publicKey, signed }),
      parents: [{ role: 'attests', ref: `record:${version.sealed.hash}` }],
    },
  ]);
  return sealed!;
}
