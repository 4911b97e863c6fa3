import { lstat, mkdir, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { AssayError } from '../errors.ts';
import type { Stage } from '../pipelines/index.ts';
import type { Artifact } from '../records/index.ts';
import { describeChanges } from './because.ts';
import { bringBack, type Decision, type DecisionContext, decide, toOutputResult } from './decide.ts';
import type { StageKeeping } from './keeping.ts';
import { cacheKey } from './key.ts';
import type { OutputResult } from './run-records.ts';
import { readWork } from './work.ts';

/** Stages known by the content of all that decides what they make; results in the project's own store. */
export function contentKeeping(context: DecisionContext): StageKeeping {
  return {
    decide: (stage) => decide(context, stage),
    bringBack: (stage, decision) => bringBack(context, stage, decision),
    async clear(stage) {
      for (const { path } of stage.outputs) {
        const full = resolve(context.graph.directory, path);
        await context.contents.clear(full);
        await mkdir(dirname(full), { recursive: true });
      }
    },
    collect: (stage, decision) => collect(context, stage, decision),
    async leave() {},
  };
}

/** Stores the outputs, and makes sure that nothing the stage depends on changed under it. */
async function collect(
  context: DecisionContext,
  stage: Stage,
  decision: Extract<Decision, { run: true }>,
): ReturnType<StageKeeping['collect']> {
  const paths = stage.outputs.map(({ path }) => resolve(context.graph.directory, path));
  for (const [i, path] of paths.entries()) {
    const { port, path: declared } = stage.outputs[i]!;
    if ((await lstat(path).catch(() => undefined))?.isSymbolicLink()) {
      // The stage made it: left there, it would keep the next run from starting.
      await rm(path);
      throw new AssayError(
        'ASSAY_STAGE_OUTPUT_LINK',
        `its output ${port}: ${declared} was a symbolic link, which has been removed; write the file itself there`,
      );
    }
    if (await context.contents.describe(path, 'refused')) continue;
    throw new AssayError('ASSAY_STAGE_OUTPUT_MISSING', `it ended without its output ${port}: ${declared} is not there`);
  }
  const after = await readWork(context, stage);
  if (cacheKey(after.parts) !== decision.key) {
    const changes = await describeChanges(decision.work.parts, after.parts, async () => '');
    throw new AssayError('ASSAY_STAGE_CHANGED', `while it ran, ${changes.join('; ')}: its result belongs to neither`);
  }
  for (const { path, kind, from } of decision.work.inputs) {
    if (kind === 'directory' && from === null)
      await context.contents.keepListing(resolve(context.graph.directory, path));
  }
  const kept = await context.contents.keep(paths);
  const outputs: OutputResult[] = [];
  for (const [i, { content, files }] of kept.entries()) {
    outputs.push(toOutputResult(stage.outputs[i]!, content, await context.contents.executables(paths[i]!, files)));
  }
  const files = kept.flatMap(({ files }, i) =>
    files.map(
      ({ path, md5, sha256, size }): Artifact => ({ name: `${stage.outputs[i]!.path}/${path}`, md5, sha256, size }),
    ),
  );
  return { outputs, files };
}
