import { AssayError } from '../errors.ts';
import type { Change } from './difference.ts';

const FORM = /^(0|[1-9]\d{0,8}):(0|[1-9]\d{0,8}):(0|[1-9]\d{0,8})$/;

export interface FileChange {
  readonly name: string;
  readonly change: 'added' | 'removed' | 'changed';
}

export interface ProposedVersion {
  readonly version: string;
  /** Why, for a person. */
  readonly because: string;
}

/**
 * Major where something was removed or has another type, minor where something was added, patch where only values or the bytes
 * of files changed.
 */
export function proposeNext(
  highest: string,
  changes: readonly Change[],
  files: readonly FileChange[],
): ProposedVersion {
  const [major, minor, patch] = partsOf(highest);
  const named = (wanted: readonly string[]) => [
    ...changes.filter(({ change }) => wanted.includes(change)).map(({ path, change }) => `${path} ${change}`),
    ...files.filter(({ change }) => wanted.includes(change)).map(({ name, change }) => `file ${name} ${change}`),
  ];
  const broken = named(['removed', 'retyped']);
  if (broken.length > 0) return { version: `${major + 1}:0:0`, because: `major: ${some(broken)}` };
  const added = named(['added']);
  if (added.length > 0) return { version: `${major}:${minor + 1}:0`, because: `minor: ${some(added)}` };
  const changed = named(['changed']);
  const because = changed.length > 0 ? some(changed) : 'no value changed';
  return { version: `${major}:${minor}:${patch + 1}`, because: `patch: ${because}` };
}

export function highestVersion(versions: readonly string[]): string {
  return versions.reduce((best, one) => (compareVersions(one, best) > 0 ? one : best));
}

/** @throws AssayError `ASSAY_TRACK_VERSION` when the wanted version has no such form or does not rise */
export function checkVersion(wanted: string, highest: string | undefined): void {
  if (!FORM.test(wanted)) {
    throw new AssayError('ASSAY_TRACK_VERSION', `${JSON.stringify(wanted)} is not a version`, {
      hint: 'A version is M:m:p, such as 1:4:0.',
    });
  }
  if (highest !== undefined && compareVersions(wanted, highest) <= 0) {
    throw new AssayError('ASSAY_TRACK_VERSION', `version ${wanted} is not above ${highest}, the highest so far`, {
      hint: 'Leave --version out to have one proposed.',
    });
  }
}

function compareVersions(one: string, other: string): number {
  const [a, b] = [partsOf(one), partsOf(other)];
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

function partsOf(version: string): readonly [number, number, number] {
  const [, major, minor, patch] = FORM.exec(version) ?? [];
  return [Number(major ?? 0), Number(minor ?? 0), Number(patch ?? 0)];
}

function some(names: readonly string[]): string {
  return names.length > 4 ? `${names.slice(0, 4).join(', ')} and ${names.length - 4} more` : names.join(', ');
}
