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

const switches =
  /^(?:autostage|analytics|interactive|hardlink_lock|no_scm|experiments|check_update|verify|slow_link_warning|auto_push|auto_open|enabled|worktree|no_traverse|version_aware)$/;
const words: Readonly<Record<string, RegExp>> = {
  'cache.shared': /^group$/i,
  'cache.type': /^ *(?:reflink|hardlink|symlink|copy) *(?:, *(?:reflink|hardlink|symlink|copy) *)*$/,
  'parsing.bool': /^(?:store_true|boolean_optional)$/i,
  'parsing.list': /^(?:nargs|append)$/i,
};

/** Whether an option may have a value, to DVC. */
export function mayBe(section: string, option: string, value: string): boolean {
  if (switches.test(option)) return /^(?:true|false)$/i.test(value);
  if (option === 'jobs' || option === 'checksum_jobs') return /^[1-9]\d*$/.test(value);
  return words[`${section}.${option}`]?.test(value) ?? true;
}
