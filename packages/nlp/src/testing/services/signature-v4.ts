import { createHash, createHmac } from 'node:crypto';
import { standInSecret } from './secret.ts';
import type { ServiceRequest } from './stand-in.ts';

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * Whether a request is signed with the stand-ins' key for `service`.
 *
 * AWS Signature Version 4: canonical request → string to sign → HMAC with a key derived from date, region and service.
 */
export function isSigned(request: ServiceRequest, service: string): boolean {
  const { headers, method, url, body } = request;
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/u.exec(
      headers.authorization ?? '',
    );
  if (match === null) return false;
  const [, id, day, region, signedFor, names, signature] = match as unknown as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  if (id !== standInSecret.id || signedFor !== service) return false;
  const canonical = [
    method,
    url.pathname,
    '',
    ...names.split(';').map((name) => `${name}:${String(headers[name] ?? '').trim()}`),
    '',
    names,
    sha256(body),
  ].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const key = ['aws4_request'].reduce(hmac, [region, service].reduce(hmac, hmac(`AWS4${standInSecret.key}`, day)));
  return hmac(key, toSign).toString('hex') === signature;
}
