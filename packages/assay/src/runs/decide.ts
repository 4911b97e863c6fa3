import { resolve } from 'node:path';
import type { Stage } from '../pipelines/index.ts';
import type { RecordStore } from '../records/index.ts';
import { describeChanges } from './because.ts';
import type { Content, Contents } from './contents.ts';
import { cacheKey, type KeyParts } from './key.ts';
import type { LiveRuns } from './live-runs.ts';
import { shortId } from './run.ts';
import { type OutputResult, readStageRun, type StageRunBody } from './run-records.ts';
import { readWork, type Work, type WorkContext } from './work.ts';

interface Earlier {
  /** Hash of the stage-run record. */
  readonly record: string;
  readonly body: StageRunBody;
}

/** Whether a stage has to be executed, and why. */
export type Decision =
  | { readonly run: true; readonly because: string; readonly key: string; readonly work: Work }
  | {
      readonly run: false;
      readonly because: string;
      readonly key: string;
      readonly work: Work;
      /** Undefined where no record of ours tells of it. */
      readonly earlier: Earlier | undefined;
      /** Outputs that are not as the earlier execution left them; their bytes are in the store. */
      readonly restore: readonly OutputResult[];
    };

export interface DecisionContext extends WorkContext {
  readonly records: RecordStore;
  readonly live: LiveRuns;
  readonly force: boolean;
}

/** Looks for an earlier result of the same work. What is found is read from the sealed record, not from the live tables. */
export async function decide(context: DecisionContext, stage: Stage): Promise<Decision> {
  const work = await readWork(context, stage);
  const key = cacheKey(work.parts);
  if (context.force) return { run: true, because: 'ran: forced', key, work };
  const { inputs, code, outputs } = work.parts;
  if ([inputs, code, outputs].every((part) => Object.keys(part).length === 0)) {
    return { run: true, because: 'ran: it names no inputs, code or outputs to know it by', key, work };
  }
  const before = await readEarlier(context, await context.live.lastResult(context.graph.name, stage.id));
  const changes =
    before && before.body.key !== key ? await changesSince(context, stage, before.body.parts, work.parts) : [];
  let lost: readonly string[] = [];
  for (const hash of await context.live.executed(key)) {
    const earlier = await readEarlier(context, hash);
    // The live tables only say where to look: it counts if the sealed record says the same.
    if (earlier?.body.key !== key || earlier.body.state !== 'succeeded') continue;
    const standing = await compareOutputs(context, stage, earlier.body.outputs);
    if (standing.lost.length === 0) {
      return {
        run: false,
        because: reuse(earlier.body, work.parts, standing.changed, changes),
        key,
        work,
        earlier,
        restore: standing.restore,
      };
    }
    if (lost.length === 0) lost = standing.lost;
  }
  const reasons = lost.length > 0 ? lost : changes;
  return { run: true, because: `ran: ${reasons.length > 0 ? reasons.join('; ') : 'no result of it yet'}`, key, work };
}

/** Makes the outputs as the earlier execution left them. */
export async function bringBack(
  { contents, graph }: DecisionContext,
  stage: Stage,
  { restore, earlier }: Extract<Decision, { run: false }>,
): Promise<void> {
  for (const output of restore) {
    const path = resolve(graph.directory, output.path);
    await contents.clear(path);
    await contents.restore(output, path);
  }
  for (const output of earlier?.body.outputs ?? []) {
    await contents.makeExecutable(resolve(graph.directory, placeOf(stage, output)), output.executables ?? []);
  }
}

/** Where the stage has an output now; it may have been elsewhere when it was made. */
function placeOf(stage: Stage, { port, path }: OutputResult): string {
  return stage.outputs.find((output) => output.port === port)?.path ?? path;
}

function reuse(earlier: StageRunBody, parts: KeyParts, changed: readonly string[], changes: readonly string[]): string {
  const counted = (name: string, values: object) => {
    const count = Object.keys(values).length;
    return count === 0 ? [] : [`${name} (${count})`];
  };
  const same = ['code', ...counted('inputs', parts.inputs), ...counted('parameters', parts.parameters)].join(', ');
  const word = changed.length > 0 ? 'restored' : 'cached';
  // After another change the outputs are those of another execution; that they differ is no news.
  const reasons = changes.length > 0 ? changes : changed;
  return `${word}: ${reasons.map((reason) => `${reason}; `).join('')}same ${same} as run ${shortId(earlier.run)}`;
}

/** How the outputs lie now. */
async function compareOutputs(context: DecisionContext, stage: Stage, outputs: readonly OutputResult[]) {
  const restore: OutputResult[] = [];
  const changed: string[] = [];
  const lost: string[] = [];
  for (const output of outputs) {
    const path = placeOf(stage, output);
    const now = await context.contents.describe(resolve(context.graph.directory, path));
    if (now?.sha256 === output.sha256 && now.kind === output.kind) continue;
    const moved = path === output.path ? undefined : `output ${output.path} is to be at ${path} now`;
    const what = moved ?? `output ${path} was ${now ? 'changed' : 'deleted'}`;
    restore.push({ ...output, path });
    const lacking = await context.contents.lacking(output);
    if (lacking === undefined) changed.push(what);
    else lost.push(`${what} and ${lacking}`);
  }
  return { restore, changed, lost };
}

async function readEarlier(context: DecisionContext, hash: string | undefined): Promise<Earlier | undefined> {
  if (hash === undefined) return undefined;
  const sealed = await context.records.get(hash);
  // A redacted body says nothing any more: the stage counts as not run.
  if (!sealed || !(await context.records.body(sealed.record.body))) return undefined;
  return { record: hash, body: await readStageRun(context.records, sealed) };
}

function changesSince(
  context: DecisionContext,
  stage: Stage,
  before: KeyParts,
  after: KeyParts,
): Promise<readonly string[]> {
  return describeChanges(before, after, async (port, old) => {
    const path = stage.inputs.find((input) => input.port === port)?.path ?? '';
    const files = await changedFiles(context.contents, old, resolve(context.graph.directory, path));
    return files === '' ? path : `${path}: ${files}`;
  });
}

/** Names of files in a folder that are not as its earlier manifest has them; empty when it was, or is, no folder. */
async function changedFiles(contents: Contents, old: string, path: string): Promise<string> {
  const [before, after] = [await contents.listing(old), await contents.listingOf(path)];
  if (!before || !after) return '';
  const names = [...new Set([...before.keys(), ...after.keys()])]
    .sort()
    .filter((name) => before.get(name) !== after.get(name));
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}

/** What a stage left at a port, in the form of the record. */
export function toOutputResult(
  { port, path, role }: Stage['outputs'][number],
  content: Content,
  executables: readonly string[],
): OutputResult {
  return { ...content, port, path, role, ...(executables.length > 0 && { executables }) };
}
