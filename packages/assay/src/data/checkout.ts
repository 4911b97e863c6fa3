import { type CheckoutResult, checkoutObject, type DvcCheckoutOptions } from '../objects/index.ts';
import { findTargets, isLegacy, ownPlaceOf, type Target } from './tracked-data.ts';
import type { Workplace } from './workplace.ts';

export interface CheckoutOptions extends Pick<DvcCheckoutOptions, 'force' | 'relink' | 'allowMissing'> {
  readonly recursive?: boolean;
  readonly withDeps?: boolean;
}

export interface CheckedOut extends CheckoutResult {
  readonly target: Target;
}

/**
 * Makes the workspace hold what the tracking files name.
 * @throws AssayError `ASSAY_DVC_NOT_IN_CACHE`, `ASSAY_OBJECT_MISSING` after everything else was checked out, and those of targets
 */
export async function checkoutTargets(
  workplace: Workplace,
  words: readonly string[],
  options: CheckoutOptions = {},
): Promise<readonly CheckedOut[]> {
  const done: CheckedOut[] = [];
  for (const target of await findTargets(workplace, words, { recursive: options.recursive === true })) {
    const result = await checkoutTarget(workplace, target, { ...options, allowMissing: true });
    if (result) done.push(result);
  }
  return done;
}

/** Undefined for what is not kept in the cache. */
export async function checkoutTarget(
  workplace: Workplace,
  target: Target,
  options: Omit<DvcCheckoutOptions, 'only' | 'signal' | 'onProgress'> = {},
): Promise<CheckedOut | undefined> {
  const { out, only } = target;
  const kind = out.checksum?.kind;
  const path = out.cache ? ownPlaceOf(workplace, out) : undefined;
  if (path === undefined || kind === 'etag' || kind === 'checksum') return undefined;
  const result = await checkoutObject(
    workplace.cache,
    { md5: out.checksum?.value, legacy: isLegacy(out), isExecutable: out.isexec === true },
    path,
    {
      ...options,
      ...(only === undefined ? {} : { only }),
      signal: workplace.signal,
      onProgress: (done, total) => workplace.onProgress?.(out.location, done, total),
    },
  );
  return { ...result, target };
}
