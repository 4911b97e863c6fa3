import { indexOf, readIndex, workspaceTree } from '../dvc/index.ts';
import { type CheckoutResult, checkoutObject, type DvcCheckoutOptions } from '../objects/index.ts';
import { fetchedObject, isPartialImport } from './partial-imports.ts';
import { rememberPlaced, removeForgotten } from './placed-outputs.ts';
import { checkUnused, findTargets, isLegacy, ownPlaceOf, type Target, withUpstream } from './tracked-data.ts';
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
  const targets = await findTargets(workplace, words, { recursive: options.recursive === true });
  const named = new Set(targets.map((one) => one.out.location));
  checkUnused(workplace, { write: targets.map((one) => one.out).filter((out) => out.cache) });
  const needed = options.withDeps === true && words.length > 0 ? await upstreamOuts(workplace, targets) : [];
  for (const target of [...targets, ...needed.filter(({ out }) => !named.has(out.location))]) {
    const known = withFetched(workplace, target);
    if (known === undefined) {
      done.push(notFetched(target));
      continue;
    }
    const result = await checkoutTarget(workplace, known, { ...options, allowMissing: true });
    if (!result) continue;
    done.push(result);
    const { out } = known;
    if (result.change === undefined || result.missing.length > 0 || target.only !== undefined || isLegacy(out))
      continue;
    rememberPlaced(workplace, out.location, out.checksum?.value);
  }
  return done;
}

/** With what was fetched of an import that was not downloaded; undefined when nothing was: what stands there is left alone. */
function withFetched(workplace: Workplace, target: Target): Target | undefined {
  const { stage, out } = target;
  if (!out.cache || !isPartialImport(stage)) return target;
  const value = fetchedObject(workplace, stage);
  return value === undefined ? undefined : { ...target, out: { ...out, checksum: { kind: 'md5', value } } };
}

function notFetched(target: Target): CheckedOut {
  return {
    target,
    change: undefined,
    files: { added: 0, modified: 0, deleted: 0 },
    missing: [target.out.location],
  };
}

async function upstreamOuts(workplace: Workplace, targets: readonly Target[]): Promise<readonly Target[]> {
  const stages = targets.map((one) => one.stage);
  return indexOf(await withUpstream(workplace, stages)).outs;
}

/** Takes away what earlier tracking files put into the workspace, and those of now do not name. @returns where it was */
export async function checkoutForgotten(workplace: Workplace): Promise<readonly string[]> {
  const { repository } = workplace;
  return removeForgotten(workplace, await readIndex(repository, workspaceTree(repository)));
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
