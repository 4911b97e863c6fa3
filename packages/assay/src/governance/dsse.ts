import { type KeyObject, sign } from 'node:crypto';
import { AssayError } from '../errors.ts';
import { nodeEd25519 } from '../records/index.ts';
import { fromBase64, parseVkey } from '../records/proof/index.ts';

/** Signed bytes with their type: a DSSE envelope (https://github.com/secure-systems-lab/dsse, v1). */
export interface Envelope {
  readonly payloadType: string;
  /** Base64, as are signatures. */
  readonly payload: string;
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
}

/** What is signed: the pre-authentication encoding, so that a payload of one type never passes for another. */
export function preAuthentication(payloadType: string, payload: Uint8Array): Buffer {
  const type = Buffer.from(payloadType, 'utf8');
  return Buffer.concat([Buffer.from(`DSSEv1 ${type.length} `), type, Buffer.from(` ${payload.length} `), payload]);
}

/** Signs with an Ed25519 key; `keyid` is the name of the key. */
export function signEnvelope(
  payloadType: string,
  payload: Uint8Array,
  key: { readonly name: string; readonly privateKey: KeyObject },
): Envelope {
  const sig = sign(null, preAuthentication(payloadType, payload), key.privateKey).toString('base64');
  return {
    payloadType,
    payload: Buffer.from(payload).toString('base64'),
    signatures: [{ keyid: key.name, sig }],
  };
}

/**
 * Reads an envelope of one signature; nothing of it is verified.
 * @throws AssayError `ASSAY_DSSE_MALFORMED`
 */
export function parseEnvelope(value: unknown, payloadType: string): Envelope & { readonly bytes: Uint8Array } {
  const malformed = (problem: string) => new AssayError('ASSAY_DSSE_MALFORMED', `the signed envelope ${problem}`);
  if (typeof value !== 'object' || value === null) throw malformed('is not a JSON object');
  const { payloadType: type, payload, signatures } = value as Partial<Record<keyof Envelope, unknown>>;
  if (type !== payloadType) throw malformed(`is of the type ${JSON.stringify(type)}, not ${payloadType}`);
  const bytes = typeof payload === 'string' ? fromBase64(payload) : undefined;
  if (typeof payload !== 'string' || bytes === undefined) throw malformed('has a payload that is not base64');
  const [only, ...more] = Array.isArray(signatures) ? signatures : [];
  const { keyid, sig } = Object(only) as { keyid?: unknown; sig?: unknown };
  if (typeof keyid !== 'string' || typeof sig !== 'string' || more.length > 0)
    throw malformed('has not exactly one signature');
  return { payloadType, payload, signatures: [{ keyid, sig }], bytes };
}

/** Whether an envelope is signed by an Ed25519 key, given in C2SP form. */
export function isSignedBy(envelope: Envelope & { readonly bytes: Uint8Array }, vkey: string): boolean {
  const signature = fromBase64(envelope.signatures[0]?.sig ?? '');
  if (signature?.length !== 64) return false;
  try {
    return parseVkey(vkey, nodeEd25519).verify(preAuthentication(envelope.payloadType, envelope.bytes), signature);
  } catch {
    return false;
  }
}
