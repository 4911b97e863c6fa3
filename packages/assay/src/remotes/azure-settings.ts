import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import {
  AnonymousCredential,
  BlobServiceClient,
  type StoragePipelineOptions,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import { badSetting } from './errors.ts';
import type { RemoteSettings, RemoteSurroundings } from './remote.ts';
import { isSet, millisecondsIn } from './settings.ts';

/**
 * A client for an account, by the first of: connection string, account key, shared access signature, service principal, nobody
 * (when that is allowed), and what Azure's own chain finds (environment, managed identity, `az login`).
 * @throws AssayError `ASSAY_REMOTE_SETTING`
 */
export async function azureClient(
  name: string,
  settings: RemoteSettings,
  { environment }: RemoteSurroundings,
): Promise<BlobServiceClient> {
  const stored = storedSettings(environment);
  const find = (option: string, ...variables: readonly string[]) =>
    settings[option] ?? variables.map((variable) => environment[variable]).find(Boolean) ?? stored.get(option);
  const timeout = millisecondsIn(name, settings, 'read_timeout') ?? millisecondsIn(name, settings, 'timeout');
  const options: StoragePipelineOptions = {
    retryOptions: { maxTries: 2, retryDelayInMs: 200, maxRetryDelayInMs: 5_000, tryTimeoutInMs: timeout ?? 300_000 },
  };
  const account = find('account_name', 'AZURE_STORAGE_ACCOUNT', 'AZURE_STORAGE_ACCOUNT_NAME');
  const connection = find('connection_string', 'AZURE_STORAGE_CONNECTION_STRING');
  const key = find('account_key', 'AZURE_STORAGE_KEY', 'AZURE_STORAGE_ACCOUNT_KEY');
  const signature = find('sas_token', 'AZURE_STORAGE_SAS_TOKEN');
  const tenant = find('tenant_id', 'AZURE_STORAGE_TENANT_ID');
  const application = find('client_id', 'AZURE_STORAGE_CLIENT_ID');
  const secret = find('client_secret', 'AZURE_STORAGE_CLIENT_SECRET');
  if (connection !== undefined) {
    try {
      return BlobServiceClient.fromConnectionString(connection, options);
    } catch {
      throw badSetting(name, 'connection_string', 'is none of a storage account');
    }
  }
  if (account === undefined) throw badSetting(name, 'account_name', 'is not set, and neither is connection_string');
  const url = `https://${account}.blob.core.windows.net`;
  if (key !== undefined) return new BlobServiceClient(url, new StorageSharedKeyCredential(account, key), options);
  if (signature !== undefined)
    return new BlobServiceClient(`${url}?${signature.replace(/^\?/, '')}`, undefined, options);
  if (tenant !== undefined && application !== undefined && secret !== undefined) {
    const { ClientSecretCredential } = await import('@azure/identity');
    return new BlobServiceClient(url, new ClientSecretCredential(tenant, application, secret), options);
  }
  if (isSet(name, settings, 'allow_anonymous_login')) {
    return new BlobServiceClient(url, new AnonymousCredential(), options);
  }
  return new BlobServiceClient(url, await foundCredential(name, settings), options);
}

async function foundCredential(name: string, settings: RemoteSettings) {
  const identity = await import('@azure/identity');
  const without = (option: string) => isSet(name, settings, option);
  return new identity.ChainedTokenCredential(
    ...(without('exclude_environment_credential') ? [] : [new identity.EnvironmentCredential()]),
    ...(process.env.AZURE_FEDERATED_TOKEN_FILE ? [new identity.WorkloadIdentityCredential()] : []),
    ...(without('exclude_managed_identity_credential') ? [] : [new identity.ManagedIdentityCredential()]),
    new identity.AzureCliCredential(),
    new identity.AzurePowerShellCredential(),
    new identity.AzureDeveloperCliCredential(),
  );
}

/** What `az configure` keeps in `~/.azure/config`, by the names that DVC has for it. */
function storedSettings(environment: NodeJS.ProcessEnv): ReadonlyMap<string, string> {
  const names: Readonly<Record<string, string>> = {
    connection_string: 'connection_string',
    account: 'account_name',
    key: 'account_key',
    sas_token: 'sas_token',
    container_name: 'container_name',
  };
  const found = new Map<string, string>();
  let text: string;
  try {
    const folder = environment.AZURE_CONFIG_DIR ?? join(environment.HOME ?? homedir(), '.azure');
    text = readFileSync(join(folder, 'config'), 'utf8');
  } catch {
    return found;
  }
  const section = /(?:^|\n)\[storage\]\s*\n([^[]*)/.exec(text)?.[1] ?? '';
  for (const [, option = '', value = ''] of section.matchAll(/^\s*(\w+)\s*=\s*(.*?)\s*$/gm)) {
    const name = names[option];
    if (name !== undefined) found.set(name, value);
  }
  return found;
}

/** The container of an address without one: `azure://`. */
export function azureContainer(environment: NodeJS.ProcessEnv): string | undefined {
  return environment.AZURE_STORAGE_CONTAINER_NAME ?? storedSettings(environment).get('container_name');
}
