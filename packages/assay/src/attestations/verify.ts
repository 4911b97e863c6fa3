import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AssayError } from '../errors.ts';
import { parseEnvelope } from '../governance/index.ts';
import { hashFile } from '../objects/index.ts';
import { BUNDLE, checkName, MODEL_SIGNING, rootDigest, SIGNATURE_FILE } from './model-signing.ts';
import { STATEMENT } from './provenance.ts';
import { IN_TOTO, keyHint, openStatement } from './signing.ts';

export interface AttestationVerdict {
  readonly predicateType: string;
  /** Names with their SHA-256, as signed. */
  readonly subjects: readonly { readonly name: string; readonly sha256: string }[];
  /** What was found otherwise than it was signed; empty when all is well. */
  readonly problems: readonly string[];
  /** How many files were looked at; without a folder, none. */
  readonly filesChecked: number;
}

/**
 * Verifies an in-toto statement in DSSE, or a signed model folder, by a key that came by another way.
 * @param path a file with an envelope, or a folder with `model.sig`
 * @param files where the subjects of an envelope lie; without it only the signature is verified
 * @throws AssayError `ASSAY_ATTESTATION_MALFORMED`, `ASSAY_ATTESTATION_SIGNATURE`, `ASSAY_DSSE_MALFORMED`, `ASSAY_VKEY_INVALID`
 */
export async function verifyAttestation(path: string, key: string, files?: string): Promise<AttestationVerdict> {
  const isFolder = (await lstat(path)).isDirectory();
  const value = await readJson(isFolder ? join(path, SIGNATURE_FILE) : path);
  const envelope = parseEnvelope(isFolder ? envelopeOfBundle(value, key) : value, IN_TOTO);
  const statement = openStatement(envelope, key);
  const { _type, subject, predicateType, predicate } = object(statement);
  if (_type !== STATEMENT) throw malformed('is not an in-toto Statement v1');
  if (typeof predicateType !== 'string' || !Array.isArray(subject) || subject.length === 0)
    throw malformed('has no subject');
  if (isFolder !== (predicateType === MODEL_SIGNING)) throw malformed(`has the predicate ${predicateType}`);
  const subjects = subject.map((one: unknown) => {
    const { name, digest } = object(one);
    return { name: text(name), sha256: hex(object(digest).sha256) };
  });
  if (!isFolder) {
    const problems = files === undefined ? [] : await differences(files, subjects, false);
    return { predicateType, subjects, problems, filesChecked: files === undefined ? 0 : subjects.length };
  }
  const { serialization, resources } = object(predicate);
  const { method, hash_type: hashType } = object(serialization);
  if (method !== 'files' || hashType !== 'sha256') throw malformed('hashes its files in a way that is not known here');
  if (!Array.isArray(resources)) throw malformed('lists no files');
  const named = resources.map((one: unknown) => {
    const { name, digest, algorithm } = object(one);
    if (algorithm !== 'sha256') throw malformed('has a hash that is not SHA-256');
    return { name: text(name), sha256: hex(digest) };
  });
  if (subjects.length !== 1 || rootDigest(named.map(({ sha256 }) => sha256)) !== subjects[0]!.sha256)
    throw malformed('has a list of files that its subject does not vouch for');
  return { predicateType, subjects: named, problems: await differences(path, named, true), filesChecked: named.length };
}

async function differences(
  folder: string,
  named: readonly { readonly name: string; readonly sha256: string }[],
  exactly: boolean,
): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const { name, sha256 } of named) {
    checkName(name);
    const path = join(folder, name);
    const state = await lstat(path).catch(() => undefined);
    if (!state?.isFile()) problems.push(`${name} is missing, or no plain file`);
    else if ((await hashFile(path)).sha256 !== sha256) problems.push(`${name} is not the file that was signed`);
  }
  if (!exactly) return problems;
  const known = new Set([...named.map(({ name }) => name), SIGNATURE_FILE]);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const name = join(entry.parentPath, entry.name).slice(join(folder, '/').length);
    if (!entry.isDirectory() && !known.has(name)) problems.push(`${name} was not signed`);
  }
  return problems;
}

function envelopeOfBundle(value: unknown, key: string): unknown {
  const { mediaType, verificationMaterial, dsseEnvelope } = object(value);
  if (mediaType !== BUNDLE) throw malformed(`is in a bundle of the type ${String(mediaType)}`);
  const { hint } = object(object(verificationMaterial).publicKey);
  if (hint !== keyHint(key)) {
    throw new AssayError('ASSAY_ATTESTATION_SIGNATURE', 'the model was signed with another key than this one');
  }
  return dsseEnvelope;
}

async function readJson(path: string): Promise<unknown> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return value;
  } catch (error) {
    throw new AssayError('ASSAY_ATTESTATION_MALFORMED', `${path} cannot be read, or is not JSON`, { cause: error });
  }
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  throw malformed('lacks a part');
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  throw malformed('lacks a name');
}

function hex(value: unknown): string {
  if (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)) return value;
  throw malformed('has something else than a SHA-256');
}

function malformed(problem: string): AssayError {
  return new AssayError('ASSAY_ATTESTATION_MALFORMED', `the attestation ${problem}`);
}
