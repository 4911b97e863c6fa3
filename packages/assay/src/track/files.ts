import { AssayError } from '../errors.ts';
import type { ObjectStore } from '../objects/index.ts';
import type { Artifact } from '../records/index.ts';
import { FILES, type Revision } from './revision.ts';
import type { GivenFile, Submission, Update } from './submission.ts';
import type { FileChange } from './versions.ts';

/** More would not fit into an entry. */
const MOST_FILES = 200;

/** Files go into the store, where they are durable before a record names them. */
export async function storeFiles<G extends Submission>(objects: ObjectStore, given: G): Promise<G> {
  const { files = [] } = given;
  if (!files.some((file) => 'path' in file)) return given;
  for (const { name } of files) checkFileName(name);
  const stored = await objects.batch(async (batch) => {
    const all: GivenFile[] = [];
    for (const file of files) {
      all.push('path' in file ? { name: file.name, stored: await batch.putFile(file.path) } : file);
    }
    return all;
  });
  return { ...given, files: stored };
}

/** The artifacts of the next revision: what stays of the last one's, and what is given. Stores the data. */
export async function nextArtifacts(
  objects: ObjectStore,
  { data, files = [], removeFiles = [] }: Update,
  last: Revision | undefined,
): Promise<readonly Artifact[]> {
  const kept = (last?.sealed.record.artifacts ?? []).filter(
    ({ name }) =>
      !(data !== undefined && name.startsWith('data.')) &&
      !removeFiles.some((one) => name === `${FILES}${one}`) &&
      !files.some((one) => name === `${FILES}${one.name}`),
  );
  const added = files.map((file): Artifact => {
    checkFileName(file.name);
    if ('path' in file) throw new TypeError('a file is stored before it is named');
    const { md5, sha256, size } = file.stored;
    return { name: `${FILES}${file.name}`, md5, sha256, size };
  });
  if (data) added.push({ name: `data.${data.format}`, ...(await objects.put(data.bytes)) });
  const all = [...kept, ...added].sort((a, b) => (a.name < b.name ? -1 : 1));
  const twice = all.find(({ name }, i) => name === all[i + 1]?.name);
  if (all.length <= MOST_FILES && twice === undefined) return all;
  const message = twice ? `the file ${twice.name} is given twice` : `${all.length} files; at most ${MOST_FILES}`;
  throw new AssayError('ASSAY_TRACK_FILES', message, {
    hint: 'Many files go into one archive, or into `assay add`.',
  });
}

/** @throws AssayError `ASSAY_TRACK_FILES` where a file that is to go is not there */
export function fileChanges(
  last: Revision | undefined,
  { files = [], removeFiles = [] }: Update,
): readonly FileChange[] {
  const there = last?.files ?? [];
  const unknown = removeFiles.find((name) => !there.some((one) => one.name === name));
  if (unknown !== undefined) throw new AssayError('ASSAY_TRACK_FILES', `there is no file ${unknown} to remove`);
  const given = files.flatMap((file): FileChange[] => {
    const before = there.find(({ name }) => name === file.name);
    if (before === undefined) return [{ name: file.name, change: 'added' }];
    const isSame = 'stored' in file && file.stored.sha256 === before.sha256;
    return isSame ? [] : [{ name: file.name, change: 'changed' }];
  });
  return [...given, ...removeFiles.map((name) => ({ name, change: 'removed' as const }))];
}

function checkFileName(name: string): void {
  const isPlain = /^[^\p{Cc}\\]{1,900}$/u.test(name) && name === name.trim() && !name.startsWith('/');
  if (isPlain && name.split('/').every((part) => part !== '' && part !== '.' && part !== '..')) return;
  throw new AssayError('ASSAY_TRACK_FILES', `${JSON.stringify(name)} is no name for a file of a record`);
}
