import { AssayError } from '../errors.ts';
import { type FileObjectStore, parseManifest } from '../objects/index.ts';
import { sealedDigest } from './hashing.ts';
import type { NeededObject } from './needed-objects.ts';
import { toHex } from './proof/index.ts';
import type { Failure, VerifyOptions } from './verify.ts';

/**
 * Hashes again every object that records need: large bodies, artifacts, and the files of artifacts that are directories.
 * @returns how many artifacts are left to DVC, and not in its cache
 */
export async function verifyObjects(
  store: FileObjectStore,
  needed: Iterable<NeededObject>,
  fail: (failure: Failure) => void,
  { signal, heldByDvc }: Pick<VerifyOptions, 'signal' | 'heldByDvc'>,
): Promise<number> {
  const files = new Set<string>();
  let unseen = 0;
  for (const object of needed) {
    signal?.throwIfAborted();
    try {
      if (object.kept === 'dvc' && !(await store.has(object.sha256))) {
        if (!(await isHeldByDvc(object, heldByDvc))) unseen++;
      } else if (object.check === 'object') await verifyBody(store, object);
      else await verifyArtifact(store, object, files);
    } catch (error) {
      if (!(error instanceof AssayError)) throw error;
      const { check, record, index, name } = object;
      fail({ check, record, index, message: `${name}: ${error.message}` });
    }
  }
  return unseen;
}

/** @returns false when DVC has it no more @throws AssayError `ASSAY_OBJECT_DAMAGED` */
async function isHeldByDvc({ md5, sha256 }: NeededObject, heldByDvc: VerifyOptions['heldByDvc']): Promise<boolean> {
  const found = md5 === undefined ? undefined : await heldByDvc?.(md5);
  if (found === undefined) return false;
  if (found === sha256) return true;
  throw new AssayError('ASSAY_OBJECT_DAMAGED', `what DVC's cache has under ${md5} has not the SHA-256 that was sealed`);
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
