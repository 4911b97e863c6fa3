import type { StoredFiles } from '../lineage/index.ts';
import { type LineageNode, trainingOf } from '../lineage/index.ts';
import type { ModelVersion } from '../models/index.ts';
import type { Artifact, RecordStore, SealedRecord } from '../records/index.ts';

export const STATEMENT = 'https://in-toto.io/Statement/v1';
const SLSA_PROVENANCE = 'https://slsa.dev/provenance/v1';

interface Resource {
  readonly name: string;
  readonly digest: { readonly sha256: string };
  readonly annotations?: Readonly<Record<string, unknown>>;
}

/**
 * An in-toto Statement v1 with SLSA provenance v1: the files of a model version, what they were made from, and how.
 * Says nothing that is not in the ledger.
 */
export async function provenance(
  records: RecordStore,
  files: StoredFiles,
  version: ModelVersion,
  origin: string,
): Promise<unknown> {
  const { sealed, body } = version;
  const run = await parentOf(records, sealed, 'run');
  const stage = await parentOf(records, sealed, 'trained-by');
  const [runBody, stageBody] = [await json(records, run), await json(records, stage)];
  const materials = stage?.record.kind === 'stage-run' ? await materialsOf(records, files, sealed) : [];
  return {
    _type: STATEMENT,
    subject: (await filesOf(files, sealed)).map(({ name, sha256 }) => ({ name, digest: { sha256 } })),
    predicateType: SLSA_PROVENANCE,
    predicate: {
      buildDefinition: {
        buildType: 'urn:assay:training:v1',
        externalParameters: {
          model: body.name,
          version: body.version,
          pipeline: runBody.pipeline ?? null,
          parameters: runBody.parameters ?? {},
          stage: stageBody.stage ?? null,
          commands: stageBody.commands ?? [],
        },
        internalParameters: { code: runBody.code ?? null, environment: stageBody.environment ?? null },
        resolvedDependencies: materials,
      },
      runDetails: {
        builder: { id: `urn:assay:ledger:${origin}` },
        metadata: {
          invocationId: run ? `record:${run.hash}` : `record:${sealed.hash}`,
          ...(typeof stageBody.started === 'string' && { startedOn: stageBody.started }),
          ...(typeof stageBody.ended === 'string' && { finishedOn: stageBody.ended }),
        },
        byproducts: [
          {
            name: `model-version/${body.name}@${body.version}`,
            annotations: { record: sealed.hash, index: sealed.index, ledger: origin },
          },
        ],
      },
    },
  };
}

/** The files of a model version, each once, by name. */
export async function filesOf(files: StoredFiles, sealed: SealedRecord): Promise<readonly Artifact[]> {
  const found: Artifact[] = [];
  for await (const file of files.of(sealed)) found.push(file);
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Everything on the way to the model that has a hash. */
async function materialsOf(
  records: RecordStore,
  files: StoredFiles,
  sealed: SealedRecord,
): Promise<readonly Resource[]> {
  const own = new Set((await filesOf(files, sealed)).map(({ sha256 }) => sha256));
  const { lineage } = await trainingOf({ records, files }, sealed);
  const objects = lineage.nodes.filter(
    (node): node is Extract<LineageNode, { type: 'object' }> => node.type === 'object',
  );
  return objects
    .filter(({ sha256 }) => !own.has(sha256))
    .map(({ sha256, names, depth }) => ({ name: names[0] ?? sha256, digest: { sha256 }, annotations: { depth } }));
}

async function parentOf(records: RecordStore, sealed: SealedRecord, role: string): Promise<SealedRecord | undefined> {
  const ref = sealed.record.parents.find((parent) => parent.role === role)?.ref;
  return ref?.startsWith('record:') ? records.get(ref.slice('record:'.length)) : undefined;
}

/** The members of a record's body; none when it was redacted or is no JSON. */
async function json(
  records: RecordStore,
  sealed: SealedRecord | undefined,
): Promise<Readonly<Record<string, unknown>>> {
  const body = sealed && (await records.body(sealed.record.body));
  if (!body) return {};
  try {
    const value: unknown = JSON.parse(Buffer.from(body.bytes).toString('utf8'));
    return Object(value) as Record<string, unknown>;
  } catch {
    return {};
  }
}
