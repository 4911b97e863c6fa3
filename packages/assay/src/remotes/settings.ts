import { AssayError } from '../errors.ts';
import { badSetting } from './errors.ts';
import type { RemoteSettings } from './remote.ts';

/** Settings of every kind of remote. What each download is checked by does not depend on `verify`. */
const common = ['url', 'jobs', 'checksum_jobs', 'no_traverse', 'version_aware', 'worktree', 'verify'];

/** DVC's settings, by scheme, of which the ones behind `refused` are not supported here. */
const known: Readonly<Record<string, { readonly taken: readonly string[]; readonly refused?: readonly string[] }>> = {
  '': { taken: ['type', 'protected', 'shared', 'slow_link_warning'] },
  s3: {
    taken: [
      ...['region', 'profile', 'credentialpath', 'configpath', 'endpointurl', 'access_key_id', 'secret_access_key'],
      ...['session_token', 'listobjects', 'use_ssl', 'allow_anonymous_login', 'ssl_verify', 'sse', 'sse_kms_key_id'],
      ...['sse_customer_algorithm', 'sse_customer_key', 'acl', 'grant_read', 'grant_read_acp', 'grant_write_acp'],
      ...['grant_full_control', 'cache_regions', 'read_timeout', 'connect_timeout'],
    ],
  },
  oss: { taken: ['oss_key_id', 'oss_key_secret', 'oss_endpoint'] },
  gs: { taken: ['projectname', 'credentialpath', 'endpointurl', 'allow_anonymous_login'] },
  azure: {
    taken: [
      ...['connection_string', 'sas_token', 'account_name', 'account_key', 'tenant_id', 'client_id', 'client_secret'],
      ...['allow_anonymous_login', 'exclude_environment_credential', 'exclude_visual_studio_code_credential'],
      ...['exclude_shared_token_cache_credential', 'exclude_managed_identity_credential', 'timeout', 'read_timeout'],
      'connection_timeout',
    ],
  },
  ssh: {
    taken: [
      ...['type', 'port', 'user', 'password', 'ask_password', 'passphrase', 'ask_passphrase', 'keyfile', 'timeout'],
      ...['allow_agent', 'max_sessions'],
    ],
    refused: ['gss_auth'],
  },
  hdfs: { taken: ['user', 'replication'], refused: ['kerb_ticket'] },
  webhdfs: {
    taken: ['proxy_to', 'ssl_verify', 'token', 'use_https', 'user', 'password', 'data_proxy_target'],
    refused: ['kerberos', 'kerberos_principal'],
  },
  gdrive: {
    taken: [
      ...['profile', 'gdrive_use_service_account', 'gdrive_client_id', 'gdrive_client_secret'],
      ...['gdrive_user_credentials_file', 'gdrive_service_account_user_email'],
      ...['gdrive_service_account_json_file_path', 'gdrive_trash_only', 'gdrive_acknowledge_abuse'],
    ],
  },
  http: {
    taken: [
      ...['auth', 'custom_auth_header', 'user', 'password', 'ask_password', 'ssl_verify', 'method', 'connect_timeout'],
      'read_timeout',
    ],
  },
};

/**
 * Checks that each setting is one of this kind of remote, and one that is heeded.
 * @param scheme of the address, `''` for folders
 * @throws AssayError `ASSAY_REMOTE_SETTING`, `ASSAY_REMOTE_VERSIONED`
 */
export function checkSettings(name: string, scheme: string, settings: RemoteSettings): void {
  const { taken, refused = [] } = known[scheme] ?? { taken: [] };
  for (const [option, value] of Object.entries(settings)) {
    if (refused.includes(option)) {
      if (value.toLowerCase() !== 'false') throw badSetting(name, option, 'is not supported');
    } else if (!common.includes(option) && !taken.includes(option)) {
      throw badSetting(name, option, `is no setting of ${scheme === '' ? 'a folder' : `${scheme}://`}`);
    }
  }
  for (const option of ['version_aware', 'worktree']) {
    if (!isSet(name, settings, option)) continue;
    throw new AssayError('ASSAY_REMOTE_VERSIONED', `the remote ${name} keeps files under their own names (${option})`, {
      hint: 'Assay reads and writes remotes of objects by their hash. Use dvc for this one, or another remote with -r.',
    });
  }
}

/** A setting that is true or false. @throws AssayError `ASSAY_REMOTE_SETTING` */
export function isSet(name: string, settings: RemoteSettings, option: string, otherwise = false): boolean {
  const value = settings[option]?.toLowerCase();
  if (value === undefined || value === '') return otherwise;
  if (value === 'true' || value === 'false') return value === 'true';
  throw badSetting(name, option, `is ${JSON.stringify(settings[option])}, neither true nor false`);
}

/** A setting that is a number, at least `least`. @throws AssayError `ASSAY_REMOTE_SETTING` */
export function numberIn(name: string, settings: RemoteSettings, option: string, least = 0): number | undefined {
  const value = settings[option];
  if (value === undefined) return undefined;
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number) || number < least) {
    throw badSetting(name, option, `is ${JSON.stringify(value)}, no number from ${least}`);
  }
  return number;
}

/** Seconds, as milliseconds. */
export function millisecondsIn(name: string, settings: RemoteSettings, option: string): number | undefined {
  const seconds = numberIn(name, settings, option);
  return seconds === undefined ? undefined : seconds * 1000;
}

/** A path of an address, such as `/data/` or `data`: without slashes at its ends, with one behind it unless it is empty. */
export function prefixOf(path: string): string {
  const inner = path.replace(/^\/+|\/+$/g, '');
  return inner === '' ? '' : `${inner}/`;
}

/** Asks for a secret, or says that there is nobody to ask. @throws AssayError `ASSAY_REMOTE_SETTING` */
export async function ask(
  name: string,
  option: string,
  question: string,
  askSecret: ((question: string) => Promise<string>) | undefined,
): Promise<string> {
  if (!askSecret) throw badSetting(name, `ask_${option}`, `is set, and there is no terminal to ask for the ${option}`);
  return askSecret(question);
}
