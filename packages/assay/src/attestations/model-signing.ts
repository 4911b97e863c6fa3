import { hash } from 'node:crypto';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isErrno } from '../errno.ts';
import { AssayError } from '../errors.ts';
import type { StoredFiles } from '../lineage/index.ts';
import type { Artifact } from '../records/index.ts';
import { STATEMENT } from './provenance.ts';
import { type StatementSigner, signStatement } from './signing.ts';

export const MODEL_SIGNING = 'https://model_signing/signature/v1.0';
export const SIGNATURE_FILE = 'model.sig';
export const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

interface NamedDigest {
  readonly name: string;
  readonly sha256: string;
}

/**
 * The statement of OpenSSF model signing, version 1: every file with its hash, and the SHA-256 over these hashes in order of their names.
 */
export function modelStatement(name: string, files: readonly NamedDigest[]): unknown {
  const sorted = [...files].sort((a, b) => comparePaths(a.name, b.name));
  return {
    _type: STATEMENT,
    subject: [{ name, digest: { sha256: rootDigest(sorted.map(({ sha256 }) => sha256)) } }],
    predicateType: MODEL_SIGNING,
    predicate: {
      serialization: {
        method: 'files',
        hash_type: 'sha256',
        allow_symlinks: false,
        ignore_paths: [SIGNATURE_FILE],
      },
      resources: sorted.map((file) => ({ name: file.name, algorithm: 'sha256', digest: file.sha256 })),
    },
  };
}

export function rootDigest(digests: readonly string[]): string {
  return hash('sha256', Buffer.from(digests.join(''), 'hex'), 'hex');
}

/** A sigstore bundle, version 0.3, with a public key and no transparency log. */
export function modelBundle(statement: unknown, signer: StatementSigner): unknown {
  const { keyid, ...rest } = { ...signStatement(statement, signer), keyid: signer.keyid };
  const signatures = rest.signatures.map(({ sig }) => ({ sig, keyid: '' }));
  return {
    mediaType: BUNDLE,
    verificationMaterial: { publicKey: { hint: keyid }, tlogEntries: [] },
    dsseEnvelope: { ...rest, signatures },
  };
}

/**
 * Writes a model's files and its signature into a new folder.
 * @throws AssayError `ASSAY_ATTESTATION_FOLDER` when it holds something, `ASSAY_ATTESTATION_PATH` when a name would lead out of it
 */
export async function writeSignedModel(
  folder: string,
  files: StoredFiles,
  artifacts: readonly Artifact[],
  bundle: unknown,
): Promise<void> {
  for (const { name } of artifacts) checkName(name);
  const there = await readdir(folder).catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return [];
    throw error;
  });
  if (there.length > 0) {
    throw new AssayError('ASSAY_ATTESTATION_FOLDER', `${folder} is not empty`, {
      hint: 'A file more or less would make the signature fail: name a new folder.',
    });
  }
  for (const artifact of artifacts) {
    const path = join(folder, artifact.name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, await files.read(artifact), { flag: 'wx' });
  }
  await writeFile(join(folder, SIGNATURE_FILE), `${JSON.stringify(bundle)}\n`, { flag: 'wx' });
}

/** @throws AssayError `ASSAY_ATTESTATION_PATH` */
export function checkName(name: string): void {
  const isPlain =
    name !== '' && !name.includes('\\') && name.split('/').every((part) => !['', '.', '..'].includes(part));
  if (isPlain && name !== SIGNATURE_FILE) return;
  throw new AssayError('ASSAY_ATTESTATION_PATH', `${JSON.stringify(name)} is no name for a file of a signed model`);
}

/** By their parts, as paths are ordered in model signing. */
function comparePaths(a: string, b: string): number {
  const [one, other] = [a.split('/'), b.split('/')];
  for (let i = 0; i < Math.min(one.length, other.length); i++) {
    const order = Buffer.compare(Buffer.from(one[i]!), Buffer.from(other[i]!));
    if (order !== 0) return order;
  }
  return one.length - other.length;
}
