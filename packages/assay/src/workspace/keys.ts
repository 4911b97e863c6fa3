import { createPrivateKey, createPublicKey, generateKeyPairSync, hash, type KeyObject } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createFile } from '../durable-file.ts';
import { isErrno } from '../errno.ts';
import { AssayError } from '../errors.ts';
import { writeVkey } from '../records/proof/vkey.ts';
import { assayHome, makePrivateDirectory } from './home.ts';

export interface SigningKey {
  /** The name that its signatures carry: a ledger's origin, or an actor's. */
  readonly name: string;
  /** The verifier's key in C2SP signed-note form: `<name>+<hash>+<base64 of 0x01 ‖ public key>`. */
  readonly vkey: string;
  readonly privateKey: KeyObject;
}

/** Makes an Ed25519 pair (PKCS#8 PEM, 0600) under this name, or answers with the one that is there. */
export function createSigningKey(environment: NodeJS.ProcessEnv, name: string): SigningKey {
  const path = keyPath(environment, name);
  makePrivateDirectory(assayHome(environment));
  makePrivateDirectory(join(assayHome(environment), 'keys'));
  const { privateKey } = generateKeyPairSync('ed25519');
  createFile(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  return loadSigningKey(environment, name);
}

/**
 * @throws AssayError `ASSAY_KEY_MISSING` when the key is not in this home, `ASSAY_KEY_PERMISSIONS` when others may read it,
 * `ASSAY_KEY_INVALID` when the file is no Ed25519 private key.
 */
export function loadSigningKey(environment: NodeJS.ProcessEnv, name: string): SigningKey {
  const path = keyPath(environment, name);
  let pem: string;
  try {
    if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
      throw new AssayError('ASSAY_KEY_PERMISSIONS', `others may read the private key ${path}`, {
        hint: `Close it: chmod 600 ${path}. If it may have been copied, replace the key.`,
      });
    }
    pem = readFileSync(path, 'utf8');
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
    throw new AssayError('ASSAY_KEY_MISSING', `there is no private key for ${name} at ${path}`, {
      hint: 'Only the home that made this ledger can add to it. Bring its key there, or set ASSAY_HOME to the folder that has it.',
    });
  }
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey(pem);
  } catch (error) {
    throw new AssayError('ASSAY_KEY_INVALID', `${path} is not a PKCS#8 private key`, {
      hint: 'Restore the file from a backup; the ledger goes on only with the same key.',
      cause: error,
    });
  }
  if (privateKey.asymmetricKeyType !== 'ed25519') {
    throw new AssayError(
      'ASSAY_KEY_INVALID',
      `${path} holds a key of type ${privateKey.asymmetricKeyType}, not ed25519`,
      {
        hint: 'Restore the file from a backup; the ledger goes on only with the same key.',
      },
    );
  }
  return { name, vkey: verifierKey(name, privateKey), privateKey };
}

/** The name in a verifier's key. */
export function vkeyName(vkey: string): string {
  return vkey.slice(0, Math.max(0, vkey.indexOf('+')));
}

function verifierKey(name: string, privateKey: KeyObject): string {
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
  return writeVkey(name, Buffer.from(x ?? '', 'base64url'), (message) => hash('sha256', message, 'buffer'));
}

function keyPath(environment: NodeJS.ProcessEnv, name: string): string {
  return join(assayHome(environment), 'keys', `${name.replace(/[^A-Za-z0-9.-]/g, '_')}.pem`);
}
