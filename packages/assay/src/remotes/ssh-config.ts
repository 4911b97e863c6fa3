import { globSync, readFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** What OpenSSH's configuration says of a host. */
export interface SshHost {
  readonly hostName: string;
  readonly user: string | undefined;
  readonly port: number | undefined;
  readonly identityFiles: readonly string[];
  readonly identitiesOnly: boolean;
  readonly knownHostsFiles: readonly string[];
  readonly hostKeys: 'strict' | 'accept-new' | 'off';
  /** Set for a host that is reached through another one. */
  readonly proxy: string | undefined;
}

/** Reads `~/.ssh/config`: of each option the first value counts. `Match` blocks other than `all` are passed over. */
export function sshHost(alias: string, environment: NodeJS.ProcessEnv): SshHost {
  const home = environment.HOME ?? homedir();
  const found = new Map<string, string[]>();
  readInto(found, join(home, '.ssh', 'config'), alias, home, 0);
  const first = (option: string) => found.get(option)?.[0];
  const hostName = (first('hostname') ?? alias).replaceAll('%h', alias).replaceAll('%%', '%');
  const user = first('user');
  const expand = (path: string) =>
    path
      .replace(/^~(?=\/|$)/, home)
      .replaceAll('%d', home)
      .replaceAll('%h', hostName)
      .replaceAll('%r', user ?? userInfo().username)
      .replaceAll('%u', userInfo().username);
  const strict = first('stricthostkeychecking')?.toLowerCase();
  const proxy = first('proxyjump') ?? first('proxycommand');
  return {
    hostName,
    user,
    port: first('port') === undefined ? undefined : Number(first('port')),
    identityFiles: (found.get('identityfile') ?? []).map(expand),
    identitiesOnly: first('identitiesonly')?.toLowerCase() === 'yes',
    knownHostsFiles: (first('userknownhostsfile')?.split(/\s+/) ?? [join(home, '.ssh', 'known_hosts')]).map(expand),
    hostKeys: strict === 'accept-new' ? 'accept-new' : strict === 'no' || strict === 'off' ? 'off' : 'strict',
    proxy: proxy === undefined || proxy.toLowerCase() === 'none' ? undefined : proxy,
  };
}

function readInto(found: Map<string, string[]>, file: string, alias: string, home: string, depth: number): void {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return;
  }
  let applies = true;
  const before = new Set(found.keys());
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*([A-Za-z]\w*)(?:\s*=\s*|\s+)(.*?)\s*$/.exec(line);
    if (!match) continue;
    const option = match[1]!.toLowerCase();
    const value = match[2]!.replace(/^"(.*)"$/, '$1');
    if (option === 'host') applies = matchesPatterns(alias, value.split(/\s+/));
    else if (option === 'match') applies = value.toLowerCase() === 'all';
    else if (!applies) continue;
    else if (option === 'include') {
      if (depth >= 8) continue;
      for (const pattern of value.split(/\s+/)) {
        const path = pattern.replace(/^~(?=\/)/, home);
        const files = globSync(isAbsolute(path) ? path : join(home, '.ssh', path));
        for (const one of files.sort()) readInto(found, one, alias, home, depth + 1);
      }
    } else if (option === 'identityfile') found.set(option, [...(found.get(option) ?? []), value]);
    else if (!found.has(option) && !before.has(option)) found.set(option, [value]);
  }
}

/** OpenSSH's patterns: `*`, `?`, and `!` in front of what is left out. */
export function matchesPatterns(name: string, patterns: readonly string[]): boolean {
  let found = false;
  for (const pattern of patterns) {
    const plain = pattern.replace(/^!/, '');
    const expression = plain
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    if (!new RegExp(`^${expression}$`, 'i').test(name)) continue;
    if (pattern.startsWith('!')) return false;
    found = true;
  }
  return found;
}
