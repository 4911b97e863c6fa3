import { AssayError } from '../errors.ts';
import { type FileObjectStore, parseManifest } from '../objects/index.ts';
import { sealedDigest } from './hashing.ts';
import { toHex } from './proof/index.ts';
import type { Failure } from './verify.ts';
import type { NeededObject } from './verify-tables.ts';

/** Hashes again every object that records need: large bodies, artifacts, and the files of artifacts that are directories. */
export async function verifyObjects(
  store: FileObjectStore,
  needed: ReadonlyMap<string, NeededObject>,
  fail: (failure: Failure) => void,
  signal?: AbortSignal,
): Promise<void> {
  const files = new Set<string>();
  for (const object of needed.values()) {
    signal?.throwIfAborted();
    try {
      if (object.check === 'object') await verifyBody(store, object);
      else await verifyArtifact(store, object, files);
    } catch (error) {
      if (!(error instanceof AssayError)) throw error;
      const { check, record, index, name } = object;
      fail({ check, record, index, message: `${name}: ${error.message}` });
    }
  }
}

async function verifyBody(store: FileObjectStore, { sha256, sealed }: NeededObject): Promise<void> {
  const bytes = await store.read(sha256);
  if (sealed && toHex(sealedDigest(sealed.salt, bytes)) !== sealed.digest) {
    throw new AssayError('ASSAY_BODY_DAMAGED', `the object ${sha256} with its salt is not what was sealed`);
  }
}

async function verifyArtifact(
  store: FileObjectStore,
  { sha256, md5, size }: NeededObject,
  done: Set<string>,
): Promise<void> {
  if (md5?.endsWith('.dir')) {
    for (const file of parseManifest(await store.read(sha256))) {
      if (done.has(file.sha256)) continue;
      done.add(file.sha256);
      await store.verify(file.sha256);
    }
    return;
  }
  const hashes = await store.verify(sha256);
  done.add(sha256);
  if (hashes.md5 !== md5 || hashes.size !== size) {
    throw new AssayError(
      'ASSAY_OBJECT_DAMAGED',
      `the object ${sha256} has not the MD5 and the size that the record says`,
    );
  }
}
