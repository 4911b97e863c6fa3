import type { LineageContext } from '../../lineage/index.ts';
import {
  findRun,
  type LiveRuns,
  type PlannedStage,
  type Run,
  readStageLog,
  readStageRun,
  type StageRun,
  type StageRunBody,
  secondsBetween,
} from '../../runs/index.ts';
import { RequestError } from '../errors.ts';
import type { ComparisonView, LogPart, RunList, RunSummary, RunView, StageView } from '../schemas/index.ts';
import { artifactView } from './records.ts';

function summarizeRun(run: Run): RunSummary {
  const groups = new Map(run.detail.plan.map(({ id, group }) => [id, group]));
  return {
    id: run.id,
    pipeline: run.pipeline,
    version: run.detail.version,
    state: run.state,
    started: run.started,
    ended: run.ended ?? null,
    seconds: seconds(run),
    record: run.record ?? null,
    stages: run.stages.map(({ stage, state }) => ({ id: stage, group: groups.get(stage) ?? '', state })),
  };
}

export async function listRuns(
  live: LiveRuns,
  { limit, before }: { readonly limit: number; readonly before?: string | undefined },
): Promise<RunList> {
  const page = await live.list({ limit: limit + 1, ...(before === undefined ? {} : { before }) });
  const items = page.slice(0, limit);
  return { items: items.map(summarizeRun), next: page.length > limit ? (items.at(-1)?.id ?? null) : null };
}

/** @throws AssayError `ASSAY_RUN_NOT_FOUND` */
export async function showRun({ records }: LineageContext, live: LiveRuns, id: string): Promise<RunView> {
  const run = await findRun(live, id);
  const { detail } = run;
  const { code, environment } = detail;
  const byStage = new Map(run.stages.map((stage) => [stage.stage, stage]));
  return {
    ...summarizeRun(run),
    file: detail.file,
    description: detail.description ?? null,
    pipelineRecord: detail.pipelineRecord,
    parameters: detail.parameters,
    code: code
      ? {
          commit: code.commit ?? null,
          branch: code.branch ?? null,
          dirty: code.dirty,
          patch: code.patch?.sha256 ?? null,
        }
      : null,
    environment: {
      os: environment.os,
      arch: environment.arch,
      node: environment.node,
      assay: environment.assay,
      cpus: environment.cpus,
      cpu: environment.cpu,
      memoryBytes: environment.memoryBytes,
    },
    stages: await Promise.all(
      detail.plan.map(async (planned) => {
        const stage = byStage.get(planned.id);
        const sealed = stage?.record === undefined ? undefined : await records.get(stage.record);
        const isReadable = sealed !== undefined && (await records.body(sealed.record.body)) !== undefined;
        return stageView(planned, stage, isReadable ? await readStageRun(records, sealed) : undefined);
      }),
    ),
  };
}

function stageView(planned: PlannedStage, stage: StageRun | undefined, body: StageRunBody | undefined): StageView {
  const inputs = new Map(body?.inputs.map((input) => [input.port, input]));
  const outputs = new Map(body?.outputs.map((output) => [output.port, output]));
  return {
    id: planned.id,
    group: planned.group,
    description: planned.description ?? null,
    needs: planned.needs,
    commands: planned.commands,
    state: stage?.state ?? 'waiting',
    because: stage?.because ?? null,
    started: stage?.started ?? null,
    ended: stage?.ended ?? null,
    seconds: stage ? seconds(stage) : null,
    exitCode: stage?.exitCode ?? null,
    message: stage?.message ?? null,
    hasLog: stage !== undefined && (stage.log !== undefined || stage.state === 'cached'),
    key: stage?.key ?? null,
    record: stage?.record ?? null,
    source: stage?.source ?? null,
    parameters: body?.parts.parameters ?? {},
    inputs: planned.inputs.map(({ port, path, from }) => {
      const used = inputs.get(port);
      return { port, path, from: from ?? null, object: used ? { kind: used.kind, sha256: used.sha256 } : null };
    }),
    outputs: planned.outputs.map(({ port, path, role }) => {
      const made = outputs.get(port);
      if (!made) return { port, path, role, object: null };
      const { kind, sha256, md5, size, files } = made;
      return { port, path, role, object: { kind, sha256, md5, size, files } };
    }),
  };
}

function seconds({ started, ended }: { readonly started: string | undefined; readonly ended: string | undefined }) {
  return started === undefined || ended === undefined ? null : secondsBetween(started, ended);
}

/** What `readStageLog` reads at once. */
const largestPart = 256 * 1024;

/**
 * A part of a stage's log, from a byte on; of a cached stage, the log of the run that executed it.
 * @throws AssayError `ASSAY_RUN_NOT_FOUND`, `ASSAY_RUN_NO_STAGE`
 */
export async function showLog(live: LiveRuns, id: string, stage: string, offset: number): Promise<LogPart> {
  let run = await findRun(live, id);
  const { state, source } = run.stages.find((one) => one.stage === stage) ?? {};
  if (state === 'cached' && source !== undefined && source !== run.id) run = await findRun(live, source);
  const { bytes, ended } = await readStageLog(run, stage, offset);
  const whole = wholeCharacters(bytes, ended);
  return {
    run: run.id,
    text: Buffer.from(whole).toString('utf8'),
    offset,
    next: offset + whole.length,
    ended: ended && bytes.length < largestPart,
  };
}

/**
 * How the labelers of a run compare: `comparison.json` among the outputs of its stages.
 * @throws AssayError `ASSAY_RUN_NOT_FOUND`, RequestError `ASSAY_API_NO_COMPARISON`
 */
export async function showComparison(
  { records, files }: LineageContext,
  live: LiveRuns,
  id: string,
): Promise<ComparisonView> {
  const run = await findRun(live, id);
  for (const { stage, record } of run.stages) {
    const sealed = record === undefined ? undefined : await records.get(record);
    const file = sealed && (await files.named(sealed, 'comparison.json'));
    if (file) return { stage, object: artifactView(file), comparison: await files.json(file) };
  }
  throw new RequestError(404, 'ASSAY_API_NO_COMPARISON', `no stage of the run ${id} has made a comparison.json`, {
    hint: 'A stage that runs `assay compare` makes one.',
  });
}

/** Without a character at the end that has only begun, unless nothing will follow. */
export function wholeCharacters(bytes: Uint8Array, isLast: boolean): Uint8Array {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back && !isLast ? bytes.subarray(0, bytes.length - back) : bytes;
  }
  return bytes;
}
