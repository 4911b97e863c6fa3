import type { Workplace } from '../data/index.ts';
import { workOffQueue } from '../experiments/index.ts';
import type { ReproduceDependencies } from '../runs/index.ts';
import { quotedList } from './experiment-options.ts';
import type { Output } from './output.ts';
import { guardRuns } from './queue-guard.ts';

/** Works off the queue, and says how each experiment ended. */
export async function runQueue(
  workplace: Workplace,
  jobs: number,
  dependencies: ReproduceDependencies,
  output: Output,
  signal: AbortSignal,
): Promise<number> {
  const { green, red } = output.colors;
  using _guard = guardRuns(workplace.repository.root);
  const done = await workOffQueue(workplace, jobs, async () => dependencies, {
    signal,
    onStart: (name) => output.print(`Reproducing experiment '${name}'`),
    onEnd: ({ name, rev, error }) =>
      output.print(rev === undefined ? `${red('✗')} ${name}: ${error}` : `${green('✓')} ${name}  ${rev.slice(0, 7)}`),
  });
  output.result({
    experiments: done.map(({ name, rev, run, error }) => ({
      name,
      rev: rev ?? null,
      run: run?.id ?? null,
      error: error ?? null,
    })),
  });
  const names = (succeeded: boolean) =>
    done.filter(({ rev }) => (rev !== undefined) === succeeded).map(({ name }) => name);
  const [ran, failed] = [names(true), names(false)];
  if (signal.aborted) return 252;
  if (done.length === 0) output.print('No experiments wait in the queue.');
  if (ran.length > 0) {
    output.print(`\nRan experiment(s): ${ran.join(', ')}`);
    output.print('To apply the results of an experiment to your workspace run:\n\n\tassay exp apply <exp>');
  }
  if (failed.length > 0) output.note(`Failed to reproduce experiment(s) ${quotedList(failed)}`);
  return failed.length > 0 ? 255 : 0;
}
