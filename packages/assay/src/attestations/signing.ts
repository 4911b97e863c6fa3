import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createFile } from '../durable-file.ts';
import { AssayError } from '../errors.ts';
import { type Envelope, preAuthentication } from '../governance/index.ts';
import { nodeEd25519 } from '../records/index.ts';
import { fromBase64, parseVkey } from '../records/proof/index.ts';
import { assayHome, type SigningKey } from '../workspace/index.ts';

export const IN_TOTO = 'application/vnd.in-toto+json';

/** What signs a statement: the raw signature over bytes, and how the key is named in the envelope. */
export interface StatementSigner {
  readonly keyid: string;
  /** As it is handed to who verifies: a C2SP verifier key, or a PEM. */
  readonly publicKey: string;
  sign(message: Uint8Array): Buffer;
}

/** Ed25519, by an actor's key. */
export function actorSigner(key: SigningKey): StatementSigner {
  return { keyid: key.name, publicKey: key.vkey, sign: (message) => sign(null, message, key.privateKey) };
}

/**
 * ECDSA on P-256 with SHA-256, DER signatures: what sigstore's tools take. The key is made in this home when it is not there.
 * @throws AssayError `ASSAY_KEY_INVALID`, `ASSAY_KEY_PERMISSIONS`
 */
export function p256Signer(environment: NodeJS.ProcessEnv): StatementSigner {
  const path = join(assayHome(environment), 'keys', 'attestation-p256.pem');
  const { privateKey: fresh } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  createFile(path, fresh.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
    throw new AssayError('ASSAY_KEY_PERMISSIONS', `others may read the private key ${path}`, {
      hint: `Close it: chmod 600 ${path}. If it may have been copied, replace the key.`,
    });
  }
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey(readFileSync(path));
  } catch (error) {
    throw notP256(path, error);
  }
  if (privateKey.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw notP256(path, undefined);
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
  return { keyid: keyHint(publicKey), publicKey, sign: (message) => sign('sha256', message, privateKey) };
}

/**
 * How sigstore bundles name a public key: the SHA-256 of its PEM, written as OpenSSL does.
 * @throws AssayError `ASSAY_KEY_INVALID`
 */
export function keyHint(pem: string): string {
  return hash('sha256', p256(pem).export({ type: 'spki', format: 'pem' }), 'hex');
}

export function signStatement(statement: unknown, signer: StatementSigner): Envelope {
  const payload = Buffer.from(JSON.stringify(statement));
  const sig = signer.sign(preAuthentication(IN_TOTO, payload)).toString('base64');
  return { payloadType: IN_TOTO, payload: payload.toString('base64'), signatures: [{ keyid: signer.keyid, sig }] };
}

/**
 * The statement in an envelope, once its signature was verified by this key.
 * @param key a C2SP verifier key (Ed25519), or the PEM of an ECDSA P-256 public key
 * @throws AssayError `ASSAY_VKEY_INVALID`, `ASSAY_KEY_INVALID`, `ASSAY_ATTESTATION_SIGNATURE`, `ASSAY_ATTESTATION_MALFORMED`
 */
export function openStatement(envelope: Envelope & { readonly bytes: Uint8Array }, key: string): unknown {
  const message = preAuthentication(envelope.payloadType, envelope.bytes);
  const signature = fromBase64(envelope.signatures[0]?.sig ?? '');
  if (signature === undefined || !isSigned(key, message, signature)) {
    throw new AssayError('ASSAY_ATTESTATION_SIGNATURE', 'the signature is not one of this key over this statement', {
      hint: 'Either the file was changed, or it was signed with another key.',
    });
  }
  try {
    const statement: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(envelope.bytes));
    return statement;
  } catch (error) {
    throw new AssayError('ASSAY_ATTESTATION_MALFORMED', 'the signed statement is not JSON', { cause: error });
  }
}

function isSigned(key: string, message: Uint8Array, signature: Uint8Array): boolean {
  if (!key.includes('-----BEGIN')) {
    return signature.length === 64 && parseVkey(key.trim(), nodeEd25519).verify(message, signature);
  }
  return verify('sha256', message, p256(key), signature);
}

function p256(pem: string): KeyObject {
  let publicKey: KeyObject;
  try {
    publicKey = createPublicKey(pem);
  } catch (error) {
    throw notP256('the key', error);
  }
  // A verifier that took whatever kind of key it is given would also take a weaker one.
  if (publicKey.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw notP256('the key', undefined);
  return publicKey;
}

function notP256(what: string, cause: unknown): AssayError {
  return new AssayError('ASSAY_KEY_INVALID', `${what} is not an ECDSA key on P-256`, {
    hint: '`assay attest key` prints the public one of this home.',
    cause,
  });
}
