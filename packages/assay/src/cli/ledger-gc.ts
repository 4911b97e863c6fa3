import { rmSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AssayError } from '../errors.ts';
import { collectObjects } from '../records/index.ts';
import { defineCommand } from './command.ts';
import type { Context } from './context.ts';
import { governanceOf } from './governed.ts';

const HOUR_MS = 3_600_000;

export const command = defineCommand({
  options: {
    dryRun: { description: 'only say what would be removed' },
    olderThan: {
      value: 'HOURS',
      number: true,
      default: 24,
      description: 'leave alone what is younger: a writer at work may be about to name it',
    },
  },
  details:
    "Kept is what a record, a folder that a record names, or a proposal names. DVC's cache is not touched: see `assay gc`.\n" +
    'Refused while a run is not sealed. Uploads that broke off are removed too.',
  async run({ options: { dryRun, olderThan }, context, output, signal }) {
    if (!(olderThan >= 0)) {
      throw new AssayError('ASSAY_GC_AGE', `--older-than: ${olderThan} is no number of hours`, { hint: 'Write 24.' });
    }
    const [run] = await (await context.live()).unsealed();
    if (run) {
      throw new AssayError(
        'ASSAY_GC_RUN_OPEN',
        `the run ${run.id} is not sealed: its outputs are named by no record yet`,
        {
          hint: 'Wait for it, or run its pipeline again, which seals what a killed one left.',
        },
      );
    }
    const progress = output.progress('reading', 'records');
    const keepMs = olderThan * HOUR_MS;
    const now = context.clock();
    const { objects, bytes, young } = await collectObjects(await context.records(), context.objects(), {
      needed: await proposedObjects(context),
      keepMs,
      now,
      dryRun,
      onProgress: progress.update,
      signal,
    }).finally(progress.end);
    const uploads = await brokenUploads(context.project().paths.temporary, now.getTime() - keepMs);
    if (!dryRun) for (const folder of uploads) rmSync(folder, { recursive: true, force: true });
    const verb = dryRun ? 'would be removed' : 'removed';
    output.print(`${objects} objects, ${bytes} bytes ${verb}`);
    if (uploads.length > 0) output.print(`${uploads.length} uploads that broke off ${verb}`);
    if (young > 0) output.print(output.colors.dim(`${young} younger than ${olderThan} hours left alone`));
    output.result({ objects, bytes, young, uploads: uploads.length, dryRun });
    return 0;
  },
});

/** What a proposal names is to be there when it is applied. */
async function proposedObjects(context: Context): Promise<ReadonlySet<string>> {
  const proposals = await (await governanceOf(context)).list();
  return new Set(proposals.flatMap(({ proposal }) => proposal.change.artifacts.map(({ sha256 }) => sha256)));
}

async function brokenUploads(temporary: string, oldest: number): Promise<readonly string[]> {
  const names = await readdir(temporary).catch(() => []);
  return names
    .filter((name) => name.startsWith('upload-'))
    .map((name) => join(temporary, name))
    .filter((path) => (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY) <= oldest);
}
