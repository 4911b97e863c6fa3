/** What is sealed of pipelines, runs and stage runs. */
import { AssayError } from '../errors.ts';
import type { Argv, Json, Output, StageGraph } from '../pipelines/index.ts';
import type { Artifact, Draft, Parent, RecordStore, SealedRecord } from '../records/index.ts';
import { canonicalBytes } from '../records/proof/index.ts';
import type { KeyParts } from './key.ts';
import type { CodeState, Fingerprint, Run, RunState, StageState } from './run.ts';

/** An output as a stage left it. */
export interface OutputResult {
  readonly port: string;
  readonly path: string;
  readonly role: Output['role'];
  readonly kind: 'file' | 'directory';
  /** Of the file, or of the folder's manifest. */
  readonly sha256: string;
  readonly md5: string;
  /** Bytes of the file, or of the manifest. */
  readonly objectSize: number;
  /** Bytes in all, and how many files. */
  readonly size: number;
  readonly files: number;
  /** `dvc`: its bytes are in DVC's cache or in git, not in the project's own store. */
  readonly kept?: 'dvc';
  /** Files in the folder, or `.` for the file itself, that may be executed. */
  readonly executables?: readonly string[];
}

export interface InputUse {
  readonly port: string;
  readonly path: string;
  readonly kind: 'file' | 'directory';
  readonly sha256: string;
  /** The stage and port it came from; null for data from outside. */
  readonly from: { readonly stage: string; readonly port: string } | null;
}

/** The body of a `stage-run` record, `<run>/<stage>`: one execution. */
export interface StageRunBody {
  readonly run: string;
  readonly pipeline: string;
  readonly stage: string;
  readonly group: string;
  readonly state: 'succeeded' | 'failed' | 'cancelled';
  readonly because: string;
  readonly commands: readonly Argv[];
  readonly environment: string;
  readonly started: string;
  readonly ended: string;
  readonly seconds: number;
  readonly exitCode: number | null;
  readonly message: string | null;
  readonly log: { readonly sha256: string; readonly size: number } | null;
  readonly key: string;
  readonly parts: KeyParts;
  readonly inputs: readonly InputUse[];
  readonly outputs: readonly OutputResult[];
}

/** The body of a `run` record. */
interface RunBody {
  readonly pipeline: { readonly name: string; readonly version: string; readonly record: string };
  readonly file: string;
  readonly state: Exclude<RunState, 'running'>;
  readonly started: string;
  readonly ended: string;
  readonly seconds: number;
  readonly parameters: Readonly<Record<string, Json>>;
  readonly code: CodeState | null;
  readonly environment: Fingerprint;
  readonly stages: readonly {
    readonly stage: string;
    readonly group: string;
    readonly state: StageState;
    readonly because: string | null;
    readonly message: string | null;
    /** Hash of the stage-run record that stands for it, and the run that executed it. */
    readonly record: string | null;
    readonly source: string | null;
  }[];
}

const mediaType = 'application/json';
/** More artifacts than this are left to the manifest. */
const mostArtifacts = 50;
const mostParents = 300;

/** Seals the pipeline as it stands unless its newest revision says the same. Answers with the record. */
export async function sealPipeline(records: RecordStore, graph: StageGraph): Promise<SealedRecord> {
  const bytes = canonicalBytes(graph.document);
  const latest = await records.latest('pipeline', graph.name);
  if (latest && latest.record.version === graph.version) {
    const body = await records.body(latest.record.body);
    if (body && Buffer.from(body.bytes).equals(bytes)) return latest;
  }
  const [sealed] = await records.append([
    {
      kind: 'pipeline',
      id: graph.name,
      version: graph.version,
      event: latest ? 'updated' : 'created',
      body: { mediaType, bytes },
      parents: latest ? [{ role: 'previous', ref: `record:${latest.hash}` }] : [],
    },
  ]);
  return sealed!;
}

/** `files` are those of the outputs that are folders, for the record's list of artifacts. */
export function stageRunDraft(
  body: StageRunBody,
  version: string,
  links: { readonly pipeline: string; readonly producers: readonly string[] },
  files: readonly Artifact[],
): Draft {
  const own = body.outputs.map((output): Artifact => {
    const name = output.kind === 'directory' ? `${output.path}/` : output.path;
    const { md5, sha256, objectSize: size, kept } = output;
    return { name, md5, sha256, size, ...(kept === undefined ? {} : { kept }) };
  });
  const inputs = body.inputs.map(({ port, sha256 }): Parent => ({ role: port, ref: `sha256:${sha256}` }));
  return {
    kind: 'stage-run',
    id: `${body.run}/${body.stage}`,
    revision: 1,
    version,
    event: 'created',
    body: { mediaType, bytes: canonicalBytes(body) },
    artifacts: fits(files) ? [...own, ...files] : own,
    parents: [
      { role: 'pipeline', ref: `record:${links.pipeline}` },
      ...inputs,
      ...unique(links.producers).map((hash): Parent => ({ role: 'stage-run', ref: `record:${hash}` })),
    ],
  };
}

/** The record of a run that has ended. The same run gives the same draft, so that sealing it again changes nothing. */
export function runDraft(run: Run, revision = 1): Draft {
  const { state, ended } = run;
  if (state === 'running' || ended === undefined) throw new Error(`the run ${run.id} has not ended`);
  const { detail } = run;
  const groups = new Map(detail.plan.map(({ id, group }) => [id, group]));
  const body: RunBody = {
    pipeline: { name: run.pipeline, version: detail.version, record: detail.pipelineRecord },
    file: detail.file,
    state,
    started: run.started,
    ended,
    seconds: secondsBetween(run.started, ended),
    parameters: detail.parameters,
    code: detail.code ?? null,
    environment: detail.environment,
    stages: run.stages.map((stage) => ({
      stage: stage.stage,
      group: groups.get(stage.stage) ?? '',
      state: stage.state,
      because: stage.because ?? null,
      message: stage.message ?? null,
      record: stage.record ?? null,
      source: stage.source ?? null,
    })),
  };
  const patch = detail.code?.patch;
  const stageRecords = unique(run.stages.flatMap(({ record }) => (record === undefined ? [] : [record])));
  return {
    kind: 'run',
    id: run.id,
    revision,
    version: detail.version,
    event: revision === 1 ? 'created' : 'updated',
    body: { mediaType, bytes: canonicalBytes(withoutUndefined(body)) },
    artifacts: patch ? [{ name: 'uncommitted.patch', ...patch }] : [],
    parents: [
      { role: 'pipeline', ref: `record:${detail.pipelineRecord}` },
      // A record has room for so many; the body names all of them.
      ...stageRecords.slice(0, mostParents).map((hash): Parent => ({ role: 'stage-run', ref: `record:${hash}` })),
    ],
  };
}

/** @throws AssayError `ASSAY_RUN_RECORD_REDACTED` when the body is gone. */
export async function readStageRun(records: RecordStore, sealed: SealedRecord): Promise<StageRunBody> {
  const body = await records.body(sealed.record.body);
  if (body) return JSON.parse(Buffer.from(body.bytes).toString('utf8'));
  throw new AssayError(
    'ASSAY_RUN_RECORD_REDACTED',
    `the body of ${sealed.record.kind}/${sealed.record.id} was redacted`,
    {
      hint: 'The stage has to be run again: assay run FILE --force.',
    },
  );
}

export function secondsBetween(started: string, ended: string): number {
  return Math.max(0, Date.parse(ended) - Date.parse(started)) / 1000;
}

/** Names that a record cannot hold (control characters, outer spaces, over 1024 long) leave their list to the manifest. */
function fits(files: readonly Artifact[]): boolean {
  if (files.length > mostArtifacts) return false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (files.some(({ name }) => name.length > 1024 || name !== name.trim() || /[\u0000-\u001f\u007f]/.test(name)))
    return false;
  return JSON.stringify(files).length < 40_000;
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}

/** Canonical JSON refuses `undefined`; what is not there is left out. */
function withoutUndefined(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutUndefined);
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutUndefined(inner)]));
}
