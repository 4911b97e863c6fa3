import { open } from 'node:fs/promises';
import { AssayError } from '../errors.ts';
import type { LiveRuns } from './live-runs.ts';
import type { Run } from './run.ts';

/**
 * A run by its id, the beginning of its id, or `latest`.
 * @throws AssayError `ASSAY_RUN_NOT_FOUND`, `ASSAY_RUN_AMBIGUOUS`
 */
export async function findRun(live: LiveRuns, ref: string): Promise<Run> {
  const wanted = ref
    .replace(/^run\//, '')
    .replaceAll('-', '')
    .toLowerCase();
  if (wanted === 'latest') {
    const [newest] = await live.list({ limit: 1 });
    if (newest) return newest;
    throw new AssayError('ASSAY_RUN_NOT_FOUND', 'there are no runs yet', { hint: 'Start one: assay run FILE.' });
  }
  const found = /^[0-9a-f]{4,32}$/.test(wanted) ? await live.withPrefix(wanted, 6) : [];
  if (found.length === 1) return found[0]!;
  if (found.length > 1) {
    throw new AssayError(
      'ASSAY_RUN_AMBIGUOUS',
      `more than one run begins with ${ref}: ${found.map(({ id }) => id).join(', ')}`,
      {
        hint: 'Give more of its id.',
      },
    );
  }
  throw new AssayError('ASSAY_RUN_NOT_FOUND', `there is no run ${ref}`, { hint: '`assay runs` lists them.' });
}

/**
 * Bytes of a stage's log from an offset on, at most 256 KiB; `next` is where to go on. Empty while there is nothing more.
 * The stage's own run is meant: for a cached stage, ask for the run that executed it (`source`).
 */
export async function readStageLog(
  run: Run,
  stage: string,
  offset = 0,
): Promise<{ readonly bytes: Uint8Array; readonly next: number; readonly ended: boolean }> {
  const found = run.stages.find((one) => one.stage === stage);
  if (!found) {
    throw new AssayError('ASSAY_RUN_NO_STAGE', `the run ${run.id} has no stage ${stage}`, {
      hint: `It has ${run.stages.map((one) => one.stage).join(', ')}.`,
    });
  }
  const ended = found.state !== 'running' && found.state !== 'waiting';
  const nothing = { bytes: new Uint8Array(), next: offset, ended };
  if (found.log === undefined) return nothing;
  try {
    await using file = await open(found.log, 'r');
    const { buffer, bytesRead } = await file.read(new Uint8Array(256 * 1024), 0, 256 * 1024, offset);
    return { bytes: buffer.subarray(0, bytesRead), next: offset + bytesRead, ended };
  } catch {
    return nothing;
  }
}
