import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type AuthClient, JWT, OAuth2Client } from 'google-auth-library';
import { AssayError } from '../errors.ts';
import { badSetting } from './errors.ts';
import type { RemoteSettings, RemoteSurroundings } from './remote.ts';
import { isSet } from './settings.ts';

/** The application in whose name DVC asks for access, unless another one is configured; its secret lies in DVC's credentials files. */
const dvcClientId = '710796635688-iivsgbgsb6uv1fap6635dhvuei09o66c.apps.googleusercontent.com';

interface StoredCredentials {
  readonly client_email?: string;
  readonly private_key?: string;
  readonly client_id?: string;
  readonly client_secret?: string;
  readonly refresh_token?: string;
  readonly access_token?: string;
  readonly token_expiry?: string;
}

/**
 * A service account, or a person by the credentials that DVC keeps after it asked in the browser; `GDRIVE_CREDENTIALS_DATA`
 * may hold either.
 * @throws AssayError `ASSAY_REMOTE_SETTING`, `ASSAY_REMOTE_REFUSED`
 */
export function driveAccount(name: string, settings: RemoteSettings, { environment }: RemoteSurroundings): AuthClient {
  const data = environment.GDRIVE_CREDENTIALS_DATA;
  if (isSet(name, settings, 'gdrive_use_service_account')) {
    const file = settings.gdrive_service_account_json_file_path;
    if (!file && !data) throw badSetting(name, 'gdrive_service_account_json_file_path', 'is not set');
    const { client_email: email, private_key: key } = parse(name, data ?? read(name, file!));
    if (!email || !key) throw refused(name, 'the credentials are none of a service account');
    const subject = settings.gdrive_service_account_user_email;
    return new JWT({ email, key, scopes: ['https://www.googleapis.com/auth/drive'], ...(subject ? { subject } : {}) });
  }
  const { gdrive_client_id: id, gdrive_client_secret: secret } = settings;
  if ((id === undefined) !== (secret === undefined)) {
    throw badSetting(name, 'gdrive_client_id', 'and gdrive_client_secret go together');
  }
  const stored = parse(name, data ?? read(name, credentialsFile(settings, environment)));
  const client = new OAuth2Client({
    clientId: stored.client_id ?? id ?? dvcClientId,
    ...((stored.client_secret ?? secret) ? { clientSecret: stored.client_secret ?? secret! } : {}),
  });
  if (!stored.refresh_token && !stored.access_token) throw refused(name, 'the credentials hold no token');
  const expiry = Date.parse(stored.token_expiry ?? '');
  client.setCredentials({
    ...(stored.refresh_token ? { refresh_token: stored.refresh_token } : {}),
    ...(stored.access_token ? { access_token: stored.access_token } : {}),
    ...(Number.isNaN(expiry) ? {} : { expiry_date: expiry }),
  });
  return client;
}

function credentialsFile(settings: RemoteSettings, environment: NodeJS.ProcessEnv): string {
  if (settings.gdrive_user_credentials_file) return settings.gdrive_user_credentials_file;
  const home = environment.HOME ?? homedir();
  const caches =
    process.platform === 'darwin'
      ? join(home, 'Library', 'Caches')
      : (environment.XDG_CACHE_HOME ?? join(home, '.cache'));
  const folder = join(caches, 'pydrive2fs', settings.gdrive_client_id ?? dvcClientId);
  return join(folder, `${settings.profile ?? 'default'}.json`);
}

function read(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw refused(name, `${file} cannot be read`);
  }
}

function parse(name: string, text: string): StoredCredentials {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as StoredCredentials;
  } catch {
    // Said below, without the text: it is a secret.
  }
  throw refused(name, 'the credentials are no JSON');
}

function refused(name: string, why: string): AssayError {
  return new AssayError('ASSAY_REMOTE_REFUSED', `the remote ${name}: ${why}`, {
    hint: 'Use a service account (gdrive_use_service_account), or let dvc ask in the browser once: Assay reads what it keeps.',
  });
}
