import { sign, verify } from 'node:crypto';
import { existsSync } from 'node:fs';
import { AssayError } from '../errors.ts';
import type { Signer } from '../records/index.ts';
import { askSigner } from './external-signer.ts';
import { keyPath, readSigningKey, type SigningKey, vkeyId } from './keys.ts';
import type { Project } from './root.ts';

type Ledger = Pick<Project, 'origin' | 'vkey'>;

/**
 * Signs for a ledger: with the command of ASSAY_SIGNER, else the key of ASSAY_KEY_FILE, else the one in the home. A key is read
 * when it first signs.
 */
export function ledgerSigner({ origin, vkey }: Ledger, environment: NodeJS.ProcessEnv): Signer {
  let loaded: SigningKey | undefined;
  return {
    name: origin,
    vkey,
    sign(message) {
      if (environment.ASSAY_SIGNER) return askSigner(vkey, message, environment);
      loaded ??= localKey({ origin, vkey }, environment);
      return sign(null, message, loaded.privateKey);
    },
  };
}

/**
 * The ledger's private key, of ASSAY_KEY_FILE or of the home.
 * @throws AssayError `ASSAY_KEY_MISMATCH` when it is another one, and those of `loadSigningKey`
 */
export function localKey({ origin, vkey }: Ledger, environment: NodeJS.ProcessEnv): SigningKey {
  const named = environment.ASSAY_KEY_FILE || undefined;
  const later = keyPath(environment, origin, vkeyId(vkey));
  const path = named ?? (existsSync(later) ? later : keyPath(environment, origin));
  const key = readSigningKey(path, origin);
  if (key.vkey === vkey) return key;
  throw new AssayError('ASSAY_KEY_MISMATCH', `the private key ${path} is not the one of ${vkey}`, {
    hint: 'Bring back the ledger’s present key (`assay ledger key`); another one goes on only after `assay ledger key rotate`.',
  });
}

/**
 * For work whose result is to be sealed, before it begins. A command is asked for a signature over a text that means nothing.
 * @throws AssayError as `localKey`, and those of `askSigner`
 */
export function checkLedgerSigner(ledger: Ledger, environment: NodeJS.ProcessEnv): void {
  if (!environment.ASSAY_SIGNER) {
    localKey(ledger, environment);
    return;
  }
  const message = Buffer.from(`assay-signer-check@v1\nledger ${ledger.origin}\n`);
  const material = Buffer.from(ledger.vkey.slice(ledger.origin.length + 10), 'base64').subarray(1);
  const key = { key: { kty: 'OKP', crv: 'Ed25519', x: material.toString('base64url') }, format: 'jwk' } as const;
  if (verify(null, message, key, askSigner(ledger.vkey, message, environment))) return;
  throw new AssayError('ASSAY_KEY_MISMATCH', `what ASSAY_SIGNER names has not the private key of ${ledger.vkey}`, {
    hint: 'It is told in ASSAY_SIGNER_VKEY which key is meant: see `assay ledger key`.',
  });
}
