import { posix } from 'node:path';
import { decodeText, parseYaml, runGit } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { gitFolderOf } from './source.ts';
import type { Visit } from './visit.ts';

export interface ArtifactChoice {
  /** Such as `v1.2.0`; the highest one unless a stage is named. */
  readonly version?: string;
  /** Such as `prod`: the version that it was last given to. */
  readonly stage?: string;
}

/** The name of an artifact: `NAME`, or `FOLDER:NAME` of the `dvc.yaml` in a folder. */
const named = /^(?:([a-zA-Z0-9_./-]+):)?([a-zA-Z0-9](?:[a-zA-Z0-9/_-]*[a-zA-Z0-9])?)$/;

/**
 * Where an artifact of a `dvc.yaml` is, by the git tags that GTO makes: `NAME@v1.2.0` for a version, `NAME#STAGE#2` for a stage.
 * @returns a path and a commit
 * @throws AssayError `ASSAY_ACCESS_NO_ARTIFACT`, and those of opening other repositories
 */
export async function findArtifact(
  url: string,
  name: string,
  visit: Visit,
  choice: ArtifactChoice,
): Promise<{ readonly path: string; readonly rev: string }> {
  const [, folder = '', own = ''] = named.exec(name.replace(/\/?dvc\.yaml:/, ':').replace(/^:/, '')) ?? [];
  const git = await gitFolderOf(url, visit);
  const tag = own === '' ? undefined : newest(await tagsOf(git, folder === '' ? own : `${folder}=${own}`), choice);
  if (!tag) {
    const wanted = choice.version ?? choice.stage;
    throw noArtifact(`no tag of ${url} is for ${name}${wanted === undefined ? '' : `, ${wanted}`}`);
  }
  const file = posix.join(folder, 'dvc.yaml');
  const bytes = await runGit(git, ['cat-file', 'blob', `${tag.commit}:${file}`]);
  const path = bytes && artifactPath(parseYaml(decodeText(bytes, file), file), own);
  if (path === undefined) throw noArtifact(`${file} of ${tag.commit.slice(0, 7)} has no artifact ${own}`);
  return { path: posix.join(folder, path), rev: tag.commit };
}

interface Tag {
  readonly version: string | undefined;
  readonly stage: string | undefined;
  readonly commit: string;
}

/** Oldest first; only tags with a date of their own count. */
async function tagsOf(git: string, artifact: string): Promise<readonly Tag[]> {
  const format = '%(objecttype) %(*objectname) %(refname:strip=2)';
  const said = await runGit(git, ['for-each-ref', '--sort=taggerdate', `--format=${format}`, 'refs/tags']);
  const lines = said?.toString('utf8').split('\n') ?? [];
  return lines.flatMap((line) => {
    const [, commit, tag = ''] = /^tag ([0-9a-f]+) (.*)$/.exec(line) ?? [];
    if (commit === undefined || !tag.startsWith(artifact)) return [];
    const [, stage, version] =
      /^(?:#([\w/-]+?)|@(v\d+\.\d+\.\d+[^#!]*))!?(?:#\d+)?$/.exec(tag.slice(artifact.length)) ?? [];
    return stage === undefined && version === undefined ? [] : [{ version, stage, commit }];
  });
}

function newest(tags: readonly Tag[], { version, stage }: ArtifactChoice): Tag | undefined {
  if (version !== undefined) return tags.findLast((tag) => tag.version === version);
  if (stage !== undefined) return tags.findLast((tag) => tag.stage === stage);
  return tags.filter((tag) => tag.version !== undefined).sort((a, b) => compareVersions(b.version!, a.version!))[0];
}

/** By semver.org, section 11. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [versionParts(a), versionParts(b)];
  for (const [i, number] of left.numbers.entries()) {
    if (number !== right.numbers[i]) return number - (right.numbers[i] ?? 0);
  }
  if (!left.before || !right.before) return Number(left.before === undefined) - Number(right.before === undefined);
  for (let i = 0; i < Math.max(left.before.length, right.before.length); i++) {
    const [x, y] = [left.before[i], right.before[i]];
    if (x === y) continue;
    if (x === undefined || y === undefined) return x === undefined ? -1 : 1;
    const areNumbers = [x, y].map((one) => /^\d+$/.test(one));
    if (areNumbers[0] && areNumbers[1]) return Number(x) - Number(y);
    return areNumbers[0] !== areNumbers[1] ? (areNumbers[0] ? -1 : 1) : x < y ? -1 : 1;
  }
  return 0;
}

/** `v1.2.0-rc.1+build`, the build left out. */
function versionParts(version: string) {
  const [plain = '', ...rest] = version.slice(1).split('+')[0]!.split('-');
  return { numbers: plain.split('.').map(Number), before: rest.length === 0 ? undefined : rest.join('-').split('.') };
}

function artifactPath(pipeline: unknown, name: string): string | undefined {
  const at = (value: unknown, key: string): unknown =>
    typeof value === 'object' && value !== null && Object.hasOwn(value, key)
      ? (value as Record<string, unknown>)[key]
      : undefined;
  const path = at(at(at(pipeline, 'artifacts'), name), 'path');
  return typeof path === 'string' ? path : undefined;
}

function noArtifact(message: string): AssayError {
  return new AssayError('ASSAY_ACCESS_NO_ARTIFACT', message, {
    hint: 'Look into its dvc.yaml (`artifacts`), and at its tags: git ls-remote --tags.',
  });
}
