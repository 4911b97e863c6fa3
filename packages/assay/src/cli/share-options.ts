import type { ShareOptions } from '../experiments/index.ts';
import { baselineOptions, toBaselines } from './experiment-options.ts';

/** Options of `exp push` and `exp pull`. */
export const shareOptions = {
  ...baselineOptions,
  force: { short: 'f', description: 'replace experiments that differ on the other side' },
  noCache: { description: 'only the commits in git, not their data' },
  remote: { short: 'r', value: 'NAME', description: "DVC's remote for the data (default: core.remote)" },
  jobs: { short: 'j', value: 'N', number: true, description: 'how many transfers side by side' },
  runCache: { description: 'and the results of stages that are remembered' },
  noRunCache: { description: 'not these, after a --run-cache' },
} as const;

export function toShareOptions(
  words: readonly string[],
  options: Parameters<typeof toBaselines>[0] & {
    readonly force: boolean;
    readonly noCache: boolean;
    readonly remote: string | undefined;
    readonly jobs: number | undefined;
    readonly runCache: boolean;
  },
): ShareOptions {
  const [remote = '', ...names] = words;
  const { force, noCache, runCache, jobs } = options;
  const data = {
    runCache,
    ...(options.remote === undefined ? {} : { remote: options.remote }),
    ...(jobs === undefined ? {} : { jobs: Math.max(1, Math.floor(jobs)) }),
  };
  return { ...toBaselines(options), remote, names, force, data: noCache ? undefined : data };
}
