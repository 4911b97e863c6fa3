import { createHash } from 'node:crypto';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { badSetting } from './errors.ts';
import { HttpClient } from './http-client.ts';
import type { RemoteSettings, RemoteSurroundings } from './remote.ts';
import { isSet, millisecondsIn, numberIn, prefixOf } from './settings.ts';

/** A bucket, and how it is reached. */
export interface S3Place {
  readonly bucket: string;
  /** Of keys; empty, or with a slash at its end. */
  readonly prefix: string;
  readonly client: S3Client;
  readonly http: HttpClient;
  /** Undefined for Amazon's own. */
  readonly endpoint: string | undefined;
  readonly pathStyle: boolean;
  readonly tls: boolean;
  readonly anonymous: boolean;
  /** Of each object that is written, in the SDK's words and as headers. */
  readonly writing: { readonly parameters: Readonly<Record<string, string>>; readonly headers: Headers };
  /** With which objects are read that were written with a customer's key. */
  readonly reading: Headers;
  readonly sockets: number;
}
type Headers = Readonly<Record<string, string>>;

const sockets = 48;

/** @throws AssayError `ASSAY_REMOTE_SETTING` */
export function s3Place(name: string, settings: RemoteSettings, { environment }: RemoteSurroundings): S3Place {
  const address = /^(s3|oss):\/\/([^/]+)(.*)$/.exec(settings.url ?? '');
  if (!address) throw badSetting(name, 'url', 'is no s3://BUCKET/PREFIX');
  const oss = address[1] === 'oss';
  // As DVC does it: the SDK reads these two from the environment only.
  if (settings.credentialpath) process.env.AWS_SHARED_CREDENTIALS_FILE ??= settings.credentialpath;
  if (settings.configpath) process.env.AWS_CONFIG_FILE ??= settings.configpath;
  const endpoint = endpointOf(settings, oss, environment);
  if (oss && endpoint === undefined) throw badSetting(name, 'oss_endpoint', 'is not set');
  if (endpoint !== undefined && !URL.canParse(endpoint)) throw badSetting(name, 'endpointurl', 'is no address');
  const anonymous = isSet(name, settings, 'allow_anonymous_login');
  const tls = isSet(name, settings, 'use_ssl', true);
  const http = new HttpClient({
    sockets: numberIn(name, settings, 'jobs', 1) ?? sockets,
    sslVerify: settings.ssl_verify ?? environment.AWS_CA_BUNDLE,
    connectMs: millisecondsIn(name, settings, 'connect_timeout'),
    readMs: millisecondsIn(name, settings, 'read_timeout'),
    environment,
  });
  const client = new S3Client({
    ...clientConfig(name, settings, endpoint, oss, environment),
    ...(anonymous
      ? { signer: { sign: async (request: never) => request }, credentials: { accessKeyId: '', secretAccessKey: '' } }
      : {}),
    requestHandler: { httpAgent: http.httpAgent, httpsAgent: http.httpsAgent },
    tls,
  });
  return {
    bucket: address[2]!,
    prefix: prefixOf(address[3]!),
    client,
    http,
    endpoint,
    pathStyle: endpoint !== undefined && !oss,
    tls,
    anonymous,
    writing: writingOf(name, settings),
    reading: customerKey(name, settings).headers,
    sockets,
  };
}

function endpointOf(settings: RemoteSettings, oss: boolean, environment: NodeJS.ProcessEnv): string | undefined {
  if (!oss) return settings.endpointurl ?? environment.AWS_ENDPOINT_URL_S3 ?? environment.AWS_ENDPOINT_URL;
  const named = settings.oss_endpoint;
  return named === undefined || named.includes('://') ? named : `https://${named}`;
}

function clientConfig(
  name: string,
  settings: RemoteSettings,
  endpoint: string | undefined,
  oss: boolean,
  environment: NodeJS.ProcessEnv,
): S3ClientConfig {
  const key = oss ? (settings.oss_key_id ?? environment.OSS_ACCESS_KEY_ID) : settings.access_key_id;
  const secret = oss ? (settings.oss_key_secret ?? environment.OSS_ACCESS_KEY_SECRET) : settings.secret_access_key;
  if ((key === undefined) !== (secret === undefined) || (oss && key === undefined)) {
    throw badSetting(name, oss ? 'oss_key_id' : 'access_key_id', 'needs its secret beside it, and the other way round');
  }
  const ofEndpoint = /\boss-([a-z0-9-]+?)(?:-internal)?\.aliyuncs\.com/.exec(endpoint ?? '')?.[1];
  const region = settings.region ?? ofEndpoint ?? (environment.AWS_REGION || environment.AWS_DEFAULT_REGION);
  const token = settings.session_token;
  return {
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: !oss }),
    // A server of one's own need not have regions; Amazon's are found by asking.
    ...(region ? { region } : endpoint === undefined ? {} : { region: 'us-east-1' }),
    ...(settings.profile === undefined ? {} : { profile: settings.profile }),
    ...(key !== undefined && secret !== undefined
      ? { credentials: { accessKeyId: key, secretAccessKey: secret, ...(token ? { sessionToken: token } : {}) } }
      : {}),
    // Not every server knows the newer checksums; each download is checked by its MD5.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    followRegionRedirects: true,
    maxAttempts: 4,
  };
}

/** What each object is written with: its encryption, and who may read it. */
function writingOf(name: string, settings: RemoteSettings): S3Place['writing'] {
  const grants = ['grant_read', 'grant_read_acp', 'grant_write_acp', 'grant_full_control'];
  if (settings.acl && grants.some((one) => settings[one]))
    throw badSetting(name, 'acl', 'and grant_* exclude each other');
  if (settings.sse_customer_key && settings.sse_kms_key_id) {
    throw badSetting(name, 'sse_customer_key', 'and sse_kms_key_id exclude each other');
  }
  const table = [
    ['sse', 'ServerSideEncryption', 'x-amz-server-side-encryption'],
    ['sse_kms_key_id', 'SSEKMSKeyId', 'x-amz-server-side-encryption-aws-kms-key-id'],
    ['acl', 'ACL', 'x-amz-acl'],
    ['grant_read', 'GrantRead', 'x-amz-grant-read'],
    ['grant_read_acp', 'GrantReadACP', 'x-amz-grant-read-acp'],
    ['grant_write_acp', 'GrantWriteACP', 'x-amz-grant-write-acp'],
    ['grant_full_control', 'GrantFullControl', 'x-amz-grant-full-control'],
  ] as const;
  const customer = customerKey(name, settings);
  const parameters: Record<string, string> = { ...customer.parameters };
  const headers: Record<string, string> = { ...customer.headers };
  for (const [option, parameter, header] of table) {
    const value = settings[option];
    if (!value) continue;
    parameters[parameter] = value;
    headers[header] = value;
  }
  return { parameters, headers };
}

function customerKey(
  name: string,
  settings: RemoteSettings,
): { readonly parameters: Headers; readonly headers: Headers } {
  const { sse_customer_key: key, sse_customer_algorithm: algorithm = 'AES256' } = settings;
  if (!key) return { parameters: {}, headers: {} };
  const bytes = Buffer.from(key, 'base64');
  if (bytes.length !== 32) throw badSetting(name, 'sse_customer_key', 'is not 32 bytes in base64');
  const md5 = createHash('md5').update(bytes).digest('base64');
  const header = 'x-amz-server-side-encryption-customer';
  return {
    parameters: { SSECustomerAlgorithm: algorithm, SSECustomerKey: key, SSECustomerKeyMD5: md5 },
    headers: { [`${header}-algorithm`]: algorithm, [`${header}-key`]: key, [`${header}-key-md5`]: md5 },
  };
}
