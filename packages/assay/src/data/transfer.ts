import type { Remote } from '../remotes/index.ts';
import type { CollectOptions } from './collect.ts';
import { configuredRemote } from './configured-remote.ts';
import type { Workplace } from './workplace.ts';

export interface TransferOptions extends CollectOptions {
  readonly remote?: string;
  readonly jobs?: number;
  readonly runCache?: boolean;
  /** Targets are patterns. */
  readonly glob?: boolean;
  readonly allowMissing?: boolean;
}

export interface Transferred {
  /** Objects that were copied; those that were there already are not counted. */
  readonly files: number;
  /** Outputs of which something is nowhere to be found. */
  readonly missing: readonly string[];
}

/** Objects by the remote that each is for: its own, or the one that is named, or the default one. The caller closes them. */
export async function byRemote<T extends { readonly remote: string | undefined }>(
  workplace: Workplace,
  objects: readonly T[],
  named: string | undefined,
): Promise<readonly (readonly [Remote, readonly T[]])[]> {
  const { config } = workplace.repository;
  // Without a name it is refused when it is opened.
  const groups = new Map<string | undefined, T[]>();
  const standard = named ?? config.defaultRemote();
  for (const object of objects) {
    // An output's own remote counts, unless another one is asked for.
    if (named !== undefined && object.remote !== undefined && object.remote !== named) continue;
    const name = object.remote ?? standard;
    const group = groups.get(name);
    if (group) group.push(object);
    else groups.set(name, [object]);
  }
  if (groups.size === 0 && standard !== undefined) groups.set(standard, []);
  const opened: (readonly [Remote, readonly T[]])[] = [];
  for (const [name, list] of groups) opened.push([await configuredRemote(workplace, name), list]);
  return opened;
}

/** DVC's layout, the same in caches and remotes. */
export function keyOf(md5: string, legacy: boolean): string {
  return `${legacy ? '' : 'files/md5/'}${md5.slice(0, 2)}/${md5.slice(2)}`;
}

/** Whether a path in a directory belongs to the part of it that is asked for. */
export function isWithin(path: string, only: string | undefined): boolean {
  return only === undefined || path === only || path.startsWith(`${only}/`);
}

/** As DVC has it, what is nowhere to be found does not make a transfer fail. */
export function tellMissing(
  workplace: Workplace,
  missing: ReadonlySet<string>,
  options: TransferOptions,
  where: string,
): void {
  if (missing.size > 0 && options.allowMissing !== true) {
    workplace.onNote?.(`Warning: not ${where}, and left out: ${[...missing].join(', ')}`);
  }
}
