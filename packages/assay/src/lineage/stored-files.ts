import { AssayError } from '../errors.ts';
import { type ObjectStore, parseManifest } from '../objects/index.ts';
import type { Artifact, SealedRecord } from '../records/index.ts';

/** Finds and reads files that records vouch for, out of the object store: the working tree is not looked at. */
export class StoredFiles {
  readonly #objects: ObjectStore;
  readonly #manifests = new Map<string, readonly Artifact[]>();
  readonly #lines = new Map<string, readonly unknown[]>();

  constructor(objects: ObjectStore) {
    this.#objects = objects;
  }

  /**
   * The files of a record, each once: its artifacts, and what is in those that are folders (their names end in `/`). The name of
   * a file in a folder is the folder's, and the path inside.
   */
  async *of(sealed: SealedRecord): AsyncGenerator<Artifact> {
    const told = new Set<string>();
    for (const artifact of sealed.record.artifacts) {
      if (artifact.name.endsWith('/')) continue;
      told.add(artifact.name);
      yield artifact;
    }
    for (const folder of sealed.record.artifacts) {
      if (!folder.name.endsWith('/')) continue;
      for (const file of await this.#manifest(folder)) {
        const name = `${folder.name}${file.name}`;
        if (!told.has(name)) yield { ...file, name };
      }
    }
  }

  /** The first file of a record with this name, in whatever folder. */
  async named(sealed: SealedRecord, name: string): Promise<Artifact | undefined> {
    for await (const file of this.of(sealed)) if (file.name === name || file.name.endsWith(`/${name}`)) return file;
    return undefined;
  }

  /** @throws AssayError `ASSAY_OBJECT_MISSING`, `ASSAY_OBJECT_DAMAGED` */
  read(file: Artifact): Promise<Uint8Array> {
    return this.#objects.read(file.sha256);
  }

  /** @throws AssayError `ASSAY_LINEAGE_FILE_MALFORMED` when it is not JSON, and those of {@link read}. */
  async json(file: Artifact): Promise<unknown> {
    return parse(decode(await this.read(file), file), file, undefined);
  }

  /**
   * The values of a file in JSON Lines; kept, since a digest never means anything else.
   * @throws AssayError `ASSAY_LINEAGE_FILE_MALFORMED` with the line, and those of {@link read}.
   */
  async lines(file: Artifact): Promise<readonly unknown[]> {
    const known = this.#lines.get(file.sha256);
    if (known) return known;
    const lines = decode(await this.read(file), file).split('\n');
    const values = lines.flatMap((line, i) => (line === '' ? [] : [parse(line, file, i + 1)]));
    return remember(this.#lines, file.sha256, values, 16);
  }

  async #manifest(folder: Artifact): Promise<readonly Artifact[]> {
    const known = this.#manifests.get(folder.sha256);
    if (known) return known;
    const files = parseManifest(await this.#objects.read(folder.sha256));
    const artifacts = files.map(({ path, md5, sha256, size }) => ({ name: path, md5, sha256, size }));
    return remember(this.#manifests, folder.sha256, artifacts, 64);
  }
}

/** Keeps the newest few. */
function remember<T>(cache: Map<string, T>, key: string, value: T, most: number): T {
  if (cache.size >= most) cache.delete(cache.keys().next().value ?? '');
  cache.set(key, value);
  return value;
}

function decode(bytes: Uint8Array, file: Artifact): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw malformed(file.name, 'is not UTF-8', error);
  }
}

function parse(text: string, file: Artifact, line: number | undefined): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw malformed(line === undefined ? file.name : `${file.name}:${line}`, 'is not JSON', error);
  }
}

function malformed(where: string, problem: string, cause: unknown): AssayError {
  return new AssayError('ASSAY_LINEAGE_FILE_MALFORMED', `${where} ${problem}`, {
    hint: 'The file is as the stage wrote it: correct the stage and run it again.',
    cause,
  });
}
