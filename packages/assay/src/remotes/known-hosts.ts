import { createHmac, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { matchesPatterns } from './ssh-config.ts';

interface KnownKey {
  /** Such as `ssh-ed25519`. */
  readonly type: string;
  readonly key: Buffer;
  readonly revoked: boolean;
}

/** The keys that files of OpenSSH's `known_hosts` have for a host; names may be hashed. */
export function knownKeys(files: readonly string[], host: string, port: number): readonly KnownKey[] {
  const name = port === 22 ? host : `[${host}]:${port}`;
  const keys: KnownKey[] = [];
  for (const file of files) {
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch {
      continue;
    }
    for (const line of text.split(/\r?\n/)) {
      const words = line.trim().split(/\s+/);
      if (words[0] === '' || words[0]!.startsWith('#')) continue;
      const marker = words[0]!.startsWith('@') ? words.shift() : undefined;
      // Keys of authorities sign those of hosts, which the client does not take.
      if (marker === '@cert-authority' || words.length < 3) continue;
      const [names, type, key] = words as [string, string, string];
      if (!isNamed(name, names)) continue;
      keys.push({ type, key: Buffer.from(key, 'base64'), revoked: marker === '@revoked' });
    }
  }
  return keys;
}

export type HostKeyVerdict = 'known' | 'unknown' | 'changed' | 'revoked';

export function judgeHostKey(key: Buffer, known: readonly KnownKey[]): HostKeyVerdict {
  const same = known.filter((one) => one.key.length === key.length && timingSafeEqual(one.key, key));
  if (same.some((one) => one.revoked)) return 'revoked';
  if (same.length > 0) return 'known';
  return known.some((one) => !one.revoked) ? 'changed' : 'unknown';
}

function isNamed(name: string, names: string): boolean {
  const hashed = /^\|1\|([^|]+)\|([^|]+)$/.exec(names);
  if (!hashed) return matchesPatterns(name, names.split(','));
  const expected = Buffer.from(hashed[2]!, 'base64');
  const found = createHmac('sha1', Buffer.from(hashed[1]!, 'base64')).update(name).digest();
  return expected.length === found.length && timingSafeEqual(expected, found);
}
