import type { Workplace } from '../data/index.ts';
import type { Context } from './context.ts';
import type { Output } from './output.ts';

/** Options of push, fetch and pull. */
export const transferOptions = {
  remote: { short: 'r', value: 'NAME', description: 'the remote (default: core.remote)' },
  jobs: { short: 'j', value: 'N', number: true, description: 'how many transfers side by side' },
  allBranches: { short: 'a', description: 'what all branches need' },
  allTags: { short: 'T', description: 'what all tags need' },
  allCommits: { short: 'A', description: 'what all commits need' },
  withDeps: { short: 'd', description: 'and what the targets are made of' },
  recursive: { short: 'R', description: 'targets are folders that hold tracked data' },
  runCache: { description: 'and the results of stages that are remembered' },
  noRunCache: { description: 'not these, after a --run-cache' },
  glob: { description: 'targets are patterns' },
  allowMissing: { description: 'pass over what is nowhere to be found' },
} as const;

export interface TransferFlags {
  readonly remote: string | undefined;
  readonly jobs: number | undefined;
  readonly allBranches: boolean;
  readonly allTags: boolean;
  readonly allCommits: boolean;
  readonly withDeps: boolean;
  readonly recursive: boolean;
  readonly runCache: boolean;
  readonly glob?: boolean;
  readonly allowMissing: boolean;
}

export function toTransferOptions({ remote, jobs, ...flags }: TransferFlags) {
  return {
    ...flags,
    ...(remote === undefined ? {} : { remote }),
    ...(jobs === undefined ? {} : { jobs: Math.max(1, Math.floor(jobs)) }),
  };
}

/** How much was done, in DVC's words: `3 files fetched and 1 file added`. Undefined when nothing was. */
export function summary(counts: Readonly<Record<string, number>>): string | undefined {
  const words = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `${count} ${count === 1 ? 'file' : 'files'} ${what}`);
  return words.length === 0 ? undefined : words.join(', ').replace(/, (?=[^,]*$)/, ' and ');
}

/** A workplace whose progress is drawn in the terminal. */
export async function drawnWorkplace(
  context: Context,
  output: Output,
  signal: AbortSignal,
): Promise<{ readonly workplace: Workplace; end(): void }> {
  const progress = output.progress('', 'files');
  const workplace = await context.workplace(signal, {
    onProgress: (_label, done, total, bytes) => progress.update(done, total, bytes),
    onNote: (text) => output.note(text),
  });
  return { workplace, end: () => progress.end() };
}
