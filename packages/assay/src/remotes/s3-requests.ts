import { createHash, createHmac, type Hash, type Hmac, hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { SignatureV4 } from '@smithy/signature-v4';
import { HttpAnswerError, readBody } from './http-client.ts';
import type { S3Place } from './s3-settings.ts';

export interface S3Ask {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** Within the bucket; empty for the bucket itself. */
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly signal?: AbortSignal | undefined;
}

/** Where the bucket's requests go, and by which region's key they are signed. */
interface Target {
  readonly base: URL;
  readonly region: string;
  readonly signer: SignatureV4;
}

/**
 * Single requests to a bucket, signed by the SDK's own signer but sent without its layers: for a small object those cost several
 * times as much as everything else together.
 */
export class S3Requests {
  readonly #place: S3Place;
  #target: Promise<Target> | undefined;

  constructor(place: S3Place) {
    this.#place = place;
  }

  /** @throws HttpAnswerError when the answer is no success */
  async open(ask: S3Ask): Promise<IncomingMessage> {
    this.#target ??= this.#resolve(undefined);
    const target = await this.#target;
    const answer = await this.#send(ask, target);
    const { statusCode = 0, headers } = answer;
    if (statusCode >= 200 && statusCode < 300) return answer;
    const failed = new HttpAnswerError(answer, (await readBody(answer)).toString('utf8', 0, 4096));
    // A bucket of another region says which one.
    const elsewhere = headers['x-amz-bucket-region'] ?? /<Region>([a-z0-9-]+)<\/Region>/.exec(failed.body)?.[1];
    const moved = statusCode === 301 || statusCode === 307 || statusCode === 400 || statusCode === 403;
    if (!moved || typeof elsewhere !== 'string' || elsewhere === target.region || this.#place.endpoint) throw failed;
    this.#target = this.#resolve(elsewhere);
    const second = await this.#send(ask, await this.#target);
    const status = second.statusCode ?? 0;
    if (status >= 200 && status < 300) return second;
    throw new HttpAnswerError(second, (await readBody(second)).toString('utf8', 0, 4096));
  }

  /** @throws HttpAnswerError when the answer is no success */
  async ask(ask: S3Ask): Promise<Buffer> {
    return readBody(await this.open(ask));
  }

  async #send(
    { method, key = '', query = {}, headers, body, signal }: S3Ask,
    target: Target,
  ): Promise<IncomingMessage> {
    const { base, signer } = target;
    const path = `${base.pathname.replace(/\/$/, '')}/${key.split('/').map(encoded).join('/')}`;
    const request = {
      method,
      protocol: base.protocol,
      hostname: base.hostname,
      ...(base.port === '' ? {} : { port: Number(base.port) }),
      path,
      query: { ...query },
      headers: {
        ...headers,
        host: base.host,
        'x-amz-content-sha256': body ? hash('sha256', body, 'hex') : emptySha256,
        ...(body ? { 'content-length': String(body.length) } : {}),
      },
    };
    const signed = this.#place.anonymous ? request : await signer.sign(request);
    const words = Object.entries(query).map(([name, value]) => `${encoded(name)}=${encoded(value)}`);
    const url = new URL(words.length === 0 ? path : `${path}?${words.join('&')}`, base);
    return this.#place.http.send({ method, url, headers: signed.headers, signal, ...(body ? { body } : {}) });
  }

  async #resolve(elsewhere: string | undefined): Promise<Target> {
    const { client, bucket, endpoint, pathStyle, tls } = this.#place;
    const { config } = client;
    // Without one, any region's answer tells the bucket's.
    const region = elsewhere ?? (await config.region().catch(() => 'us-east-1'));
    const { url, properties } = config.endpointProvider({
      Bucket: bucket,
      Region: region,
      ...(endpoint === undefined ? {} : { Endpoint: endpoint }),
      ForcePathStyle: pathStyle,
      UseFIPS: await config.useFipsEndpoint(),
      UseDualStack: await config.useDualstackEndpoint(),
      Accelerate: false,
      DisableMultiRegionAccessPoints: true,
    });
    const base = new URL(url);
    if (!tls && endpoint === undefined) base.protocol = 'http:';
    const [scheme] = (properties?.authSchemes ?? []) as readonly { readonly signingRegion?: string }[];
    const signingRegion = scheme?.signingRegion ?? region;
    const signer = new SignatureV4({
      service: 's3',
      region: signingRegion,
      credentials: () => config.credentials(),
      sha256: Sha256,
      uriEscapePath: false,
      applyChecksum: false,
    });
    return { base, region: signingRegion, signer };
  }
}

/** Node's hash in the form that the signer asks for. */
class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as string);
  }

  update(bytes: Uint8Array | string): void {
    this.#hash.update(bytes);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {}
}

const emptySha256 = hash('sha256', '', 'hex');

/** RFC 3986, as signatures have it. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}
