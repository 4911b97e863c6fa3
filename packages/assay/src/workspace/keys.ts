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
  return createKeyFile(environment, keyPath(environment, name), name);
}

/** As `createSigningKey`, in a file of the home that is named. */
export function createKeyFile(environment: NodeJS.ProcessEnv, path: string, name: string): SigningKey {
  makePrivateDirectory(assayHome(environment));
  makePrivateDirectory(join(assayHome(environment), 'keys'));
  const { privateKey } = generateKeyPairSync('ed25519');
  createFile(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  return readSigningKey(path, name);
}

/**
 * A verifier's key of a public one: a file with a PEM (SPKI), or the whole verifier's key as text.
 * @throws AssayError `ASSAY_KEY_INVALID`
 */
export function publicVkey(text: string, name: string): string {
  if (/^[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+$/.test(text)) return text;
  let key: KeyObject;
  try {
    key = createPublicKey(readFileSync(text));
  } catch (error) {
    throw new AssayError('ASSAY_KEY_INVALID', `${text} is neither a verifier key nor a file with a public key`, {
      hint: 'Give NAME+HASH+KEY, or a PEM file: `openssl pkey -in KEY.pem -pubout`.',
      cause: error,
    });
  }
  if (key.asymmetricKeyType === 'ed25519') return verifierKey(name, key);
  throw new AssayError('ASSAY_KEY_INVALID', `${text} holds a key of type ${key.asymmetricKeyType}, not ed25519`, {
    hint: 'Checkpoints of transparency logs are signed with Ed25519.',
  });
}

/**
 * @throws AssayError `ASSAY_KEY_MISSING` when the key is not in this home, `ASSAY_KEY_PERMISSIONS` when others may read it,
 * `ASSAY_KEY_INVALID` when the file is no Ed25519 private key.
 */
export function loadSigningKey(environment: NodeJS.ProcessEnv, name: string): SigningKey {
  return readSigningKey(keyPath(environment, name), name);
}

/** As `loadSigningKey`, of a file that is named. */
export function readSigningKey(path: string, name: string): SigningKey {
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
      hint: 'Only who has the ledger’s key can add to it. Bring it there, set ASSAY_HOME to the folder that has it, or ASSAY_KEY_FILE or ASSAY_SIGNER.',
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

function verifierKey(name: string, key: KeyObject): string {
  const { x } = (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'jwk' });
  return writeVkey(name, Buffer.from(x ?? '', 'base64url'), (message) => hash('sha256', message, 'buffer'));
}

/** Where a home keeps a key; one that a ledger was handed over to is told from the first one by its key id. */
export function keyPath(environment: NodeJS.ProcessEnv, name: string, keyId?: string): string {
  const file = name.replace(/[^A-Za-z0-9.-]/g, '_');
  return join(assayHome(environment), 'keys', `${file}${keyId === undefined ? '' : `+${keyId}`}.pem`);
}

/** The key id in a verifier's key. */
export function vkeyId(vkey: string): string {
  return vkey.slice(vkeyName(vkey).length + 1).slice(0, 8);
}
