import type { RecordStore } from '../records/index.ts';
import { withCode } from './execute.ts';
import type { LiveRuns } from './live-runs.ts';
import { readStageRun, runDraft } from './run-records.ts';
import { RunTools } from './tools.ts';

export interface RecoveryContext {
  readonly records: RecordStore;
  readonly live: LiveRuns;
  /** Ends what the dead run's jobs left running; answers with how many processes there were. */
  readonly endLeftovers: (run: string) => Promise<number>;
  readonly clock: () => Date;
}

/**
 * Brings runs of this checkout to their end whose process was killed. The caller holds the checkout's lock, so none of them
 * lives. Each step may itself be cut off, and is done again the next time: first what was sealed is marked, then the run is
 * ended, sealed, and marked.
 */
export async function recoverRuns(
  context: RecoveryContext,
  checkout: string,
): Promise<readonly { readonly run: string; readonly processesEnded: number }[]> {
  const recovered: { run: string; processesEnded: number }[] = [];
  for (const { id } of await context.live.unsealed(checkout)) {
    const processesEnded = await context.endLeftovers(id);
    RunTools.remove(id);
    const run = await context.live.get(id);
    if (!run) continue;
    if (run.state === 'running') {
      for (const stage of run.stages) {
        if (stage.state !== 'running' && stage.state !== 'waiting') continue;
        const sealed = await context.records.latest('stage-run', `${id}/${stage.stage}`);
        if (sealed) {
          const { state, ended, exitCode, message } = await readStageRun(context.records, sealed);
          await context.live.changeStage(id, stage.stage, {
            state,
            ended,
            record: sealed.hash,
            source: id,
            ...(exitCode === null ? {} : { exitCode }),
            ...(message === null ? {} : { message }),
          });
        } else if (stage.state === 'running') {
          const message = withCode(
            'the run did not come to its end: it was killed, or there was no room on the disk',
            'ASSAY_STAGE_INTERRUPTED',
          );
          await context.live.changeStage(id, stage.stage, { state: 'interrupted', message });
        } else {
          await context.live.changeStage(id, stage.stage, {
            state: 'blocked',
            because: 'blocked: the run was interrupted',
          });
        }
      }
      await context.live.end(id, 'interrupted', context.clock().toISOString());
      recovered.push({ run: id, processesEnded });
    }
    const ended = await context.live.get(id);
    if (!ended) continue;
    const [sealed] = await context.records.append([runDraft(ended)]);
    await context.live.markSealed(id, sealed!.hash);
  }
  return recovered;
}
