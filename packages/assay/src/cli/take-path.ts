import { getPath, storageUrl } from '../access/index.ts';
import type { Output, Progress } from './output.ts';

interface TakeFlags {
  readonly showUrl: boolean;
  readonly force: boolean;
  readonly out: string | undefined;
  readonly jobs: number | undefined;
}

/**
 * Gets a path of another repository, or with `--show-url` prints where its remote has it.
 * @returns what was got; undefined where that was only asked
 */
export async function takePath(
  url: string,
  path: string,
  visit: Parameters<typeof getPath>[2],
  choice: Parameters<typeof storageUrl>[3],
  { showUrl, force, out, jobs }: TakeFlags,
  output: Output,
  progress: Progress,
): Promise<Awaited<ReturnType<typeof getPath>> | undefined> {
  if (showUrl) {
    const found = await storageUrl(url, path, visit, choice);
    output.print(found);
    output.result({ url: found });
    return undefined;
  }
  return getPath(url, path, visit, {
    ...choice,
    force,
    ...(out === undefined ? {} : { out }),
    ...(jobs === undefined ? {} : { jobs }),
  }).finally(() => progress.end());
}
