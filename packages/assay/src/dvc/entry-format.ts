import { AssayError } from '../errors.ts';
import type { Checksum, DepEntry, OutEntry } from './entries.ts';
import type { Value } from './value.ts';

type Fields = { readonly [key: string]: Value };

/**
 * An output as a `.dvc` file or `dvc.lock` has it.
 * @param place for messages: the file, and where in it
 * @throws AssayError `ASSAY_DVC_ENTRY`
 */
export function toOut(value: Value, place: string): OutEntry {
  const fields = asFields(value, place);
  const flag = (name: string, otherwise: boolean) => bool(fields, name, otherwise, place);
  return {
    path: pathOf(fields, place),
    ...contentOf(fields, place),
    cache: flag('cache', true),
    persist: flag('persist', false),
    push: flag('push', true),
    metric: flagOrFields(fields, 'metric', place),
    plot: flagOrFields(fields, 'plot', place),
    ...optional('remote', text(fields, 'remote', place)),
    ...optional('desc', text(fields, 'desc', place)),
    ...optional('type', text(fields, 'type', place)),
    ...optional('labels', texts(fields, 'labels', place)),
    ...optional('meta', mapping(fields, 'meta', place)),
    ...optional('versionId', text(fields, 'version_id', place)),
    ...optional('cloud', mapping(fields, 'cloud', place)),
    ...optional('files', listOf(fields, 'files', place)),
    ...optional('fsConfig', mapping(fields, 'fs_config', place)),
  };
}

/** A dependency; see `toOut`. @throws AssayError `ASSAY_DVC_ENTRY` */
export function toDep(value: Value, place: string): DepEntry {
  const fields = asFields(value, place);
  const repo = mapping(fields, 'repo', place);
  return {
    path: pathOf(fields, place),
    ...contentOf(fields, place),
    ...(repo && {
      repo: {
        url: text(repo, 'url', place) ?? fail(place, 'its `repo` has no `url`'),
        ...optional('rev', text(repo, 'rev', place)),
        ...optional('revLock', text(repo, 'rev_lock', place)),
        ...optional('config', repo.config),
        ...optional('remote', repo.remote),
      },
    }),
    ...optional('db', mapping(fields, 'db', place)),
    ...optional('versionId', text(fields, 'version_id', place)),
    ...optional('files', listOf(fields, 'files', place)),
    ...optional('fsConfig', mapping(fields, 'fs_config', place)),
  };
}

/** An output in the key order of a `.dvc` file. */
export function outFields(out: OutEntry): Fields {
  return {
    ...checksumFields(out.checksum),
    ...sizeFields(out),
    ...present('version_id', out.versionId),
    ...present('cloud', out.cloud),
    ...(hashField(out) as Fields),
    path: out.path,
    ...present('fs_config', out.fsConfig),
    ...present('desc', out.desc),
    ...present('type', out.type),
    ...present('labels', out.labels),
    ...present('meta', out.meta),
    ...(out.cache ? {} : { cache: false }),
    ...(out.metric === false ? {} : { metric: out.metric }),
    ...(out.plot === false ? {} : { plot: out.plot }),
    ...(out.persist ? { persist: true } : {}),
    ...present('remote', out.remote),
    ...(out.push ? {} : { push: false }),
    ...present('files', out.files),
  };
}

/** A dependency in the key order of a `.dvc` file. */
export function depFields(dep: DepEntry): Fields {
  const { repo } = dep;
  return {
    ...checksumFields(dep.checksum),
    ...sizeFields(dep),
    ...present('version_id', dep.versionId),
    ...(repo === undefined ? (hashField(dep) as Fields) : {}),
    path: dep.path,
    ...(repo && {
      repo: {
        url: repo.url,
        ...present('rev', repo.rev),
        ...present('rev_lock', repo.revLock),
        ...present('config', repo.config),
        ...present('remote', repo.remote),
      },
    }),
    ...present('db', dep.db),
    ...present('fs_config', dep.fsConfig),
    ...present('files', dep.files),
  };
}

/** A dependency or an output in the key order of `dvc.lock`. */
export function lockedFields(entry: DepEntry | OutEntry): Fields {
  return {
    path: entry.path,
    ...(hashField(entry) as Fields),
    ...checksumFields(entry.checksum),
    ...sizeFields(entry),
    ...present('version_id', entry.versionId),
    ...present('files', entry.files),
  };
}

function contentOf(fields: Fields, place: string) {
  const size = integer(fields, 'size', place);
  const nfiles = integer(fields, 'nfiles', place);
  return {
    checksum: toChecksum(fields, place),
    ...(fields.hash === 'md5' && fields.md5 === undefined ? { hashNamed: true as const } : {}),
    ...optional('size', size),
    ...optional('nfiles', nfiles),
    ...(fields.isexec === true ? { isexec: true as const } : {}),
  };
}

function toChecksum(fields: Fields, place: string): Checksum | undefined {
  const md5 = text(fields, 'md5', place);
  if (md5 !== undefined && md5 !== '') {
    // Also what keeps a checksum from being a path.
    if (!/^[0-9a-f]{32}(?:\.dir)?$/.test(md5)) fail(place, `its md5 is ${JSON.stringify(md5)}, which is none`);
    const hash = text(fields, 'hash', place);
    if (hash !== undefined && hash !== 'md5') fail(place, `its hash is ${JSON.stringify(hash)}, and only md5 is known`);
    return { kind: hash === undefined ? 'md5-dos2unix' : 'md5', value: md5 };
  }
  for (const kind of ['etag', 'checksum'] as const) {
    const value = text(fields, kind, place);
    if (value !== undefined) return { kind, value };
  }
  return undefined;
}

function checksumFields(checksum: Checksum | undefined): Fields {
  if (checksum === undefined) return {};
  return { [checksum.kind === 'md5-dos2unix' ? 'md5' : checksum.kind]: checksum.value };
}

function hashField({ checksum, hashNamed }: DepEntry | OutEntry): Fields {
  return checksum?.kind === 'md5' || (hashNamed === true && checksum?.kind !== 'md5-dos2unix') ? { hash: 'md5' } : {};
}

function sizeFields({ size, nfiles, isexec }: DepEntry | OutEntry): Fields {
  return {
    ...(size === undefined ? {} : { size: BigInt(size) }),
    ...(nfiles === undefined ? {} : { nfiles: BigInt(nfiles) }),
    ...(isexec === true ? { isexec: true } : {}),
  };
}

function present(name: string, value: Value | undefined): Fields {
  return value === undefined ? {} : { [name]: value };
}

function optional<K extends string, T>(name: K, value: T | undefined): { readonly [key in K]?: T } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [key in K]?: T });
}

/** @throws AssayError `ASSAY_DVC_ENTRY` when it is no mapping */
export function asFields(value: Value | undefined, place: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(place, 'it is no mapping');
  return value as Fields;
}

function pathOf(fields: Fields, place: string): string {
  const path = text(fields, 'path', place);
  if (path === undefined || path === '' || path.includes('\0')) fail(place, 'it has no `path`');
  return path as string;
}

function text(fields: Fields, name: string, place: string): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  // Unquoted digits are a number in YAML, and a name to the person who wrote them.
  if (typeof value === 'bigint') return String(value);
  return fail(place, `its \`${name}\` is no text`);
}

function bool(fields: Fields, name: string, otherwise: boolean, place: string): boolean {
  const value = fields[name];
  if (value === undefined || value === null) return otherwise;
  if (typeof value === 'boolean') return value;
  return fail(place, `its \`${name}\` is neither true nor false`);
}

function flagOrFields(fields: Fields, name: string, place: string): boolean | Fields {
  const value = fields[name];
  if (value === undefined || value === null) return false;
  return typeof value === 'boolean' ? value : asFields(value, `${place}, \`${name}\``);
}

function integer(fields: Fields, name: string, place: string): number | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'bigint' && value >= 0n && value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
  return fail(place, `its \`${name}\` is no whole number`);
}

function texts(fields: Fields, name: string, place: string): readonly string[] | undefined {
  const value = listOf(fields, name, place);
  if (value?.some((one) => typeof one !== 'string')) fail(place, `its \`${name}\` is no list of texts`);
  return value as readonly string[] | undefined;
}

function listOf(fields: Fields, name: string, place: string): readonly Value[] | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  return Array.isArray(value) ? value : fail(place, `its \`${name}\` is no list`);
}

function mapping(fields: Fields, name: string, place: string): Fields | undefined {
  const value = fields[name];
  return value === undefined || value === null ? undefined : asFields(value, `${place}, \`${name}\``);
}

function fail(place: string, message: string): never {
  throw new AssayError('ASSAY_DVC_ENTRY', `${place}: ${message}`, {
    hint: 'Correct the file, or bring it back from git.',
  });
}
