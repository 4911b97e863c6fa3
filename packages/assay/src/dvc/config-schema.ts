/** Settings that DVC knows, by section; those of remotes are checked only by their form, each kind of remote having its own. */
export const knownOptions: Readonly<Record<string, readonly string[]>> = {
  core: [
    'remote',
    'checksum_jobs',
    'interactive',
    'analytics',
    'hardlink_lock',
    'no_scm',
    'autostage',
    'check_update',
    'site_cache_dir',
    'machine',
    'experiments',
  ],
  cache: [
    'dir',
    'type',
    'shared',
    'slow_link_warning',
    'verify',
    'protected',
    'local',
    's3',
    'gs',
    'hdfs',
    'webhdfs',
    'ssh',
    'azure',
  ],
  exp: ['code', 'data', 'models', 'metrics', 'params', 'plots', 'live', 'auto_push', 'git_remote'],
  parsing: ['bool', 'list'],
  hydra: ['enabled', 'config_dir', 'config_module', 'config_name', 'plugins_path'],
  plots: ['html_template', 'auto_open', 'out_dir'],
  studio: ['token', 'url', 'repo_url', 'offline'],
  state: ['dir', 'row_limit', 'row_cleanup_quota'],
  index: ['dir'],
};

const ofEveryRemote = ['url', 'jobs', 'checksum_jobs', 'no_traverse', 'version_aware', 'worktree', 'verify'];
const http = [
  'ask_password',
  'auth',
  'connect_timeout',
  'custom_auth_header',
  'method',
  'password',
  'read_timeout',
  'ssl_verify',
  'user',
];
const webdav = [
  'ask_password',
  'bearer_token_command',
  'cert_path',
  'custom_auth_header',
  'key_path',
  'password',
  'ssl_verify',
  'timeout',
  'token',
  'user',
];
const ofRemotes: Readonly<Record<string, readonly string[]>> = {
  '': ['protected', 'shared', 'slow_link_warning', 'type'],
  s3: [
    'access_key_id',
    'acl',
    'allow_anonymous_login',
    'cache_regions',
    'configpath',
    'connect_timeout',
    'credentialpath',
    'endpointurl',
    'grant_full_control',
    'grant_read',
    'grant_read_acp',
    'grant_write_acp',
    'listobjects',
    'profile',
    'read_timeout',
    'region',
    'secret_access_key',
    'session_token',
    'sse',
    'sse_customer_algorithm',
    'sse_customer_key',
    'sse_kms_key_id',
    'ssl_verify',
    'use_ssl',
  ],
  gs: ['allow_anonymous_login', 'credentialpath', 'endpointurl', 'projectname'],
  ssh: [
    'allow_agent',
    'ask_passphrase',
    'ask_password',
    'gss_auth',
    'keyfile',
    'max_sessions',
    'passphrase',
    'password',
    'port',
    'timeout',
    'type',
    'user',
  ],
  hdfs: ['kerb_ticket', 'replication', 'user'],
  webhdfs: [
    'data_proxy_target',
    'kerberos',
    'kerberos_principal',
    'password',
    'proxy_to',
    'ssl_verify',
    'token',
    'use_https',
    'user',
  ],
  azure: [
    'account_key',
    'account_name',
    'allow_anonymous_login',
    'client_id',
    'client_secret',
    'connection_string',
    'connection_timeout',
    'exclude_environment_credential',
    'exclude_managed_identity_credential',
    'exclude_shared_token_cache_credential',
    'exclude_visual_studio_code_credential',
    'read_timeout',
    'sas_token',
    'tenant_id',
    'timeout',
  ],
  oss: ['oss_endpoint', 'oss_key_id', 'oss_key_secret'],
  gdrive: [
    'gdrive_acknowledge_abuse',
    'gdrive_client_id',
    'gdrive_client_secret',
    'gdrive_service_account_json_file_path',
    'gdrive_service_account_user_email',
    'gdrive_trash_only',
    'gdrive_use_service_account',
    'gdrive_user_credentials_file',
    'profile',
  ],
  http,
  https: http,
  webdav,
  webdavs: webdav,
};

/** What DVC knows of a remote with such an address; undefined for kinds that it does not check. */
export function optionsOfRemote(url: string): readonly string[] | undefined {
  const scheme = /^([a-z0-9+.-]+):\/\/[^/]/i.exec(url)?.[1]?.toLowerCase() ?? '';
  const own = ofRemotes[scheme];
  return own === undefined ? undefined : [...ofEveryRemote, ...own];
}

const isSwitch = new Set([
  'allow_agent',
  'analytics',
  'ask_passphrase',
  'ask_password',
  'auto_open',
  'auto_push',
  'autostage',
  'allow_anonymous_login',
  'check_update',
  'enabled',
  'exclude_environment_credential',
  'exclude_managed_identity_credential',
  'exclude_shared_token_cache_credential',
  'exclude_visual_studio_code_credential',
  'experiments',
  'gdrive_acknowledge_abuse',
  'gdrive_trash_only',
  'gdrive_use_service_account',
  'gss_auth',
  'hardlink_lock',
  'interactive',
  'kerberos',
  'listobjects',
  'no_scm',
  'no_traverse',
  'offline',
  'protected',
  'slow_link_warning',
  'use_https',
  'use_ssl',
  'verify',
  'version_aware',
  'worktree',
]);
const isCount = new Set(['jobs', 'checksum_jobs', 'row_limit']);
const isWhole = new Set(['connect_timeout', 'connection_timeout', 'max_sessions', 'port', 'read_timeout', 'timeout']);
const words: Readonly<Record<string, RegExp>> = {
  auth: /^(?:basic|digest|custom)$/i,
  shared: /^group$/i,
  type: /^ *(?:reflink|hardlink|symlink|copy) *(?:, *(?:reflink|hardlink|symlink|copy) *)*$/,
  bool: /^(?:store_true|boolean_optional)$/i,
  list: /^(?:nargs|append)$/i,
  // DVC wants these to be of a kind that no text in a config file is.
  cache_regions: /^(?!)/,
  replication: /^(?!)/,
};

/**
 * Whether an option may have a value, to DVC.
 * @param url of the remote that it is an option of
 */
export function mayBe(section: string, option: string, value: string, url = ''): boolean {
  // Options of sections without a list, and of remotes of a kind that DVC does not check.
  const known = section.startsWith('remote "') ? optionsOfRemote(url) : knownOptions[section];
  if (known?.includes(option) !== true) return true;
  if (isSwitch.has(option)) return /^(?:true|false)$/i.test(value);
  if (isCount.has(option)) return isInteger(value) && !/^\s*-|^\D*[0_]*\s*$/.test(value);
  // Seconds of these may be parts.
  if (isWhole.has(option) && /^https?:/i.test(url)) return /\S/.test(value) && Number(value) >= 0;
  if (isWhole.has(option)) return isInteger(value);
  return words[option]?.test(value) ?? true;
}

/** As Python reads one. */
function isInteger(value: string): boolean {
  return /^\s*[-+]?\d+(?:_\d+)*\s*$/.test(value);
}
