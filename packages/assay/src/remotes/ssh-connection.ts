import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import ssh2, { type AnyAuthMethod, type Client, type ConnectConfig, type SFTPWrapper } from 'ssh2';
import { AssayError } from '../errors.ts';
import { badSetting, remoteFailure } from './errors.ts';
import { type HostKeyVerdict, judgeHostKey, knownKeys } from './known-hosts.ts';
import type { RemoteSettings, RemoteSurroundings } from './remote.ts';
import { ask, isSet, millisecondsIn, numberIn } from './settings.ts';
import { type SshHost, sshHost } from './ssh-config.ts';

/** How a server is reached, and who asks. */
export interface SshPlace {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Absolute, without a slash at its end. */
  readonly path: string;
  readonly methods: readonly AnyAuthMethod[];
  readonly ssh: SshHost;
  readonly timeoutMs: number;
}

/** @throws AssayError `ASSAY_REMOTE_SETTING` */
export async function sshPlace(
  name: string,
  settings: RemoteSettings,
  surroundings: RemoteSurroundings,
): Promise<SshPlace> {
  if (!URL.canParse(settings.url ?? '')) throw badSetting(name, 'url', 'is no ssh://USER@HOST/PATH');
  const address = new URL(settings.url!);
  const ssh = sshHost(address.hostname, surroundings.environment);
  if (ssh.proxy !== undefined) {
    throw badSetting(
      name,
      'url',
      `names ${address.hostname}, which ~/.ssh/config reaches by another host; that is not supported`,
    );
  }
  const port = numberIn(name, settings, 'port', 1) ?? (address.port === '' ? (ssh.port ?? 22) : Number(address.port));
  const user =
    settings.user ??
    (address.username === '' ? (ssh.user ?? userInfo().username) : decodeURIComponent(address.username));
  const password =
    settings.password ??
    (isSet(name, settings, 'ask_password')
      ? await ask(name, 'password', `Password for ${user}@${address.hostname}: `, surroundings.askSecret)
      : address.password === ''
        ? undefined
        : decodeURIComponent(address.password));
  return {
    name,
    host: ssh.hostName,
    port,
    user,
    path: decodeURIComponent(address.pathname).replace(/\/+$/, ''),
    methods: await authMethods(name, settings, surroundings, ssh, user, password),
    ssh,
    timeoutMs: millisecondsIn(name, settings, 'timeout') ?? 30_000,
  };
}

/** What is tried, in this order: key files, the agent, the password. */
async function authMethods(
  name: string,
  settings: RemoteSettings,
  { environment, askSecret }: RemoteSurroundings,
  ssh: SshHost,
  username: string,
  password: string | undefined,
): Promise<readonly AnyAuthMethod[]> {
  const methods: AnyAuthMethod[] = [];
  const home = join(environment.HOME ?? homedir(), '.ssh');
  const usual = ['id_ed25519', 'id_ecdsa', 'id_rsa'].map((file) => join(home, file));
  const files = settings.keyfile ? [settings.keyfile] : ssh.identityFiles.length > 0 ? ssh.identityFiles : usual;
  for (const file of files) {
    if (!existsSync(file)) {
      if (settings.keyfile) throw badSetting(name, 'keyfile', `is ${file}, which is not there`);
      continue;
    }
    const key = readFileSync(file);
    let passphrase = settings.passphrase;
    let parsed = ssh2.utils.parseKey(key, passphrase);
    const locked = parsed instanceof Error && /passphrase|encrypted/i.test(parsed.message);
    if (locked && (askSecret || isSet(name, settings, 'ask_passphrase')) && passphrase === undefined) {
      passphrase = await ask(name, 'passphrase', `Passphrase of ${file}: `, askSecret);
      parsed = ssh2.utils.parseKey(key, passphrase);
    }
    if (!(parsed instanceof Error)) {
      methods.push({ type: 'publickey', username, key, ...(passphrase === undefined ? {} : { passphrase }) });
    } else if (settings.keyfile) {
      throw badSetting(name, locked ? 'passphrase' : 'keyfile', `does not open ${file}: ${parsed.message}`);
    }
  }
  const agent = environment.SSH_AUTH_SOCK;
  if (agent && isSet(name, settings, 'allow_agent', true) && !ssh.identitiesOnly) {
    methods.push({ type: 'agent', username, agent });
  }
  if (password !== undefined) {
    methods.push({ type: 'password', username, password });
    methods.push({
      type: 'keyboard-interactive',
      username,
      prompt: (_name, _instructions, _language, prompts, finish) => finish(prompts.map(() => password)),
    });
  }
  return methods;
}

export interface SshConnection {
  readonly client: Client;
  readonly sftp: SFTPWrapper;
  /** Whether it can still be used. */
  readonly isOpen: () => boolean;
}

/** @throws AssayError `ASSAY_REMOTE_HOST_KEY`, `ASSAY_REMOTE_REFUSED`, `ASSAY_REMOTE_UNREACHABLE`, `ASSAY_REMOTE_TIMEOUT` */
export function connectSsh(place: SshPlace): Promise<SshConnection> {
  const { name, host, port, ssh } = place;
  const known = knownKeys(ssh.knownHostsFiles, host, port);
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    let open = false;
    let refused: AssayError | undefined;
    const config: ConnectConfig = {
      host,
      port,
      username: place.user,
      readyTimeout: place.timeoutMs,
      keepaliveInterval: 15_000,
      keepaliveCountMax: 4,
      // Each method once; by itself the client would go on with those it finds.
      authHandler: [...place.methods],
      ...(known.length > 0 ? { algorithms: { serverHostKey: algorithmsFor(known.map(({ type }) => type)) } } : {}),
      hostVerifier: (key: Buffer) => {
        refused = judge(place, key, judgeHostKey(key, known));
        return refused === undefined;
      },
    };
    client.once('ready', () => {
      // Requests are small and many: none waits for the one before it.
      client.setNoDelay(true);
      client.sftp((error, sftp) => {
        if (error) {
          client.end();
          reject(remoteFailure(name, 'it offers no SFTP', error));
          return;
        }
        open = true;
        resolve({ client, sftp, isOpen: () => open });
      });
    });
    client.on('error', (error: Error & { readonly level?: string }) => {
      open = false;
      const word =
        error.level === 'client-authentication'
          ? 'AccessDenied'
          : error.level === 'client-timeout'
            ? 'ETIMEDOUT'
            : undefined;
      reject(refused ?? remoteFailure(name, `${host} port ${port}`, error, { word }));
    });
    client.on('close', () => {
      open = false;
      reject(
        remoteFailure(name, `${host} port ${port}`, new Error('the connection was closed'), { word: 'ECONNRESET' }),
      );
    });
    client.connect(config);
  });
}

/** The algorithms for the kinds of key that are known of a host come first: the server shows a key of the first that it has. */
function algorithmsFor(types: readonly string[]) {
  const all = [
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'rsa-sha2-512',
    'rsa-sha2-256',
  ] as const;
  const kind = (algorithm: string) => (algorithm.startsWith('rsa-') ? 'ssh-rsa' : algorithm);
  return [...all].sort((a, b) => Number(types.includes(kind(b))) - Number(types.includes(kind(a))));
}

function judge({ name, host, port, ssh }: SshPlace, key: Buffer, verdict: HostKeyVerdict): AssayError | undefined {
  if (verdict === 'known') return undefined;
  const print = `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
  const fail = (text: string, hint: string) =>
    new AssayError('ASSAY_REMOTE_HOST_KEY', `the remote ${name}: ${host} port ${port} ${text} (${print})`, { hint });
  if (verdict === 'revoked') return fail('shows a key that is revoked', 'Do not connect; ask who runs the server.');
  if (ssh.hostKeys === 'off') return undefined;
  if (verdict === 'changed') {
    const files = ssh.knownHostsFiles.join(', ');
    return fail(
      `shows another key than ${files} has`,
      'Ask who runs the server whether the key was changed, then mend the file.',
    );
  }
  const bracketed = port === 22 ? host : `[${host}]:${port}`;
  if (ssh.hostKeys === 'accept-new') {
    const file = ssh.knownHostsFiles[0]!;
    const type = key.toString('utf8', 4, 4 + key.readUInt32BE(0));
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    appendFileSync(file, `${bracketed} ${type} ${key.toString('base64')}\n`, { mode: 0o600 });
    return undefined;
  }
  return fail(
    'is not a known host',
    `Connect once with ssh -p ${port} ${host}, or set StrictHostKeyChecking in ~/.ssh/config.`,
  );
}
