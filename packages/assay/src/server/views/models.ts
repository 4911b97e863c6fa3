import {
  type Example,
  type LineageContext,
  type ParagraphLine,
  paragraphOrigin,
  readExamples,
  readParagraphs,
  trainingOf,
} from '../../lineage/index.ts';
import type { ModelRegistry, ModelVersion } from '../../models/index.ts';
import type { RecordStore } from '../../records/index.ts';
import { RequestError } from '../errors.ts';
import type {
  EvaluationView,
  ModelParagraphs,
  ModelSummary,
  ModelVersionView,
  ModelView,
  ParagraphOriginView,
  Part,
} from '../schemas/index.ts';
import { edgeView, nodeView } from './lineage.ts';
import { artifactView } from './records.ts';

export async function listModels(models: ModelRegistry): Promise<readonly ModelSummary[]> {
  return Promise.all((await models.names()).map(async (name) => summarizeModel(name, await models.versions(name))));
}

function summarizeModel(name: string, versions: readonly ModelVersion[]): ModelSummary {
  const production = versions.find(({ stages }) => stages.includes('production'));
  return {
    name,
    versions: versions.length,
    latest: versions[0]?.body.version ?? '',
    production: production
      ? { version: production.body.version, hash: production.sealed.hash, scores: production.body.scores }
      : null,
  };
}

/** @throws AssayError `ASSAY_MODEL_NOT_FOUND` */
export async function showModel(models: ModelRegistry, records: RecordStore, name: string): Promise<ModelView> {
  await models.find(name);
  const [versions, stages] = [await models.versions(name), await models.stages(name)];
  return {
    name,
    stages: stages.map(({ stage, sealed }) => ({
      stage,
      version: sealed.record.version,
      at: sealed.record.at,
      by: sealed.record.by,
      hash: sealed.hash,
    })),
    versions: await Promise.all(versions.map((version) => versionView(records, version))),
  };
}

async function versionView(records: RecordStore, { sealed, body, stages }: ModelVersion): Promise<ModelVersionView> {
  const { record } = sealed;
  const parent = async (role: string) => {
    const ref = record.parents.find((one) => one.role === role)?.ref;
    return ref?.startsWith('record:') ? records.get(ref.slice('record:'.length)) : undefined;
  };
  const [run, stageRun] = [await parent('run'), await parent('trained-by')];
  return {
    name: body.name,
    version: body.version,
    ordinal: body.ordinal,
    hash: sealed.hash,
    at: record.at,
    by: record.by,
    because: body.because,
    description: body.description,
    stages,
    labels: body.signature.labels,
    signature: { inputs: body.signature.inputs, outputs: body.signature.outputs },
    scores: body.scores,
    artifacts: record.artifacts.map(artifactView),
    files: body.files,
    run: run ? { id: run.record.id, hash: run.hash } : null,
    stageRun: stageRun ? { id: stageRun.record.id, hash: stageRun.hash } : null,
  };
}

/** @throws RequestError `ASSAY_API_NO_EVALUATION`, and what reading objects throws. */
export async function showEvaluation(lineage: LineageContext, { sealed, body }: ModelVersion): Promise<EvaluationView> {
  const own = await lineage.files.named(sealed, 'evaluation.json');
  const file = own ?? (await lineage.files.named((await trainingOf(lineage, sealed)).stageRun, 'evaluation.json'));
  if (file) return { object: artifactView(file), evaluation: await lineage.files.json(file) };
  throw new RequestError(404, 'ASSAY_API_NO_EVALUATION', `${body.name}@${body.version} has no evaluation.json`, {
    hint: 'A model trained by `assay learn train` has one.',
  });
}

export interface ParagraphQuery {
  readonly part?: Part | undefined;
  readonly correct?: boolean | undefined;
  readonly limit: number;
  readonly offset: number;
}

/** What a version was trained and tested on. @throws AssayError as `readExamples` and `readParagraphs` do. */
export async function listParagraphs(
  lineage: LineageContext,
  { sealed, body }: ModelVersion,
  { part, correct, limit, offset }: ParagraphQuery,
): Promise<ModelParagraphs> {
  const examples = await readExamples(lineage, sealed, body.signature.labels);
  const paragraphs = await readParagraphs(lineage, await trainingOf(lineage, sealed));
  const wanted = examples.filter(
    (example) =>
      (part === undefined || example.part === part) && (correct === undefined || isCorrect(example) === correct),
  );
  const counts = { train: 0, dev: 0, test: 0 };
  for (const example of examples) counts[example.part]++;
  return {
    total: wanted.length,
    counts,
    items: wanted.slice(offset, offset + limit).map((example) => {
      const found = paragraphs.get(example.id);
      return { ...exampleView(example), paragraph: found ? paragraphView(found.paragraph) : null };
    }),
  };
}

/** @throws AssayError as `paragraphOrigin` and `readExamples` do. */
export async function showOrigin(
  lineage: LineageContext,
  { sealed, body }: ModelVersion,
  id: string,
): Promise<ParagraphOriginView> {
  const example = (await readExamples(lineage, sealed, body.signature.labels)).find((one) => one.id === id);
  if (!example) {
    throw new RequestError(
      404,
      'ASSAY_API_NO_PARAGRAPH',
      `${body.name}@${body.version} has not seen the paragraph ${id}`,
      {
        path: 'query.paragraph',
        hint: 'The ids of its paragraphs are in examples.jsonl of the model.',
      },
    );
  }
  const { paragraph, filing, excerpt, chain } = await paragraphOrigin(lineage, sealed, id);
  return {
    example: exampleView(example),
    paragraph: paragraphView(paragraph),
    filing,
    excerpt,
    chain: { nodes: chain.nodes.map(nodeView), edges: chain.edges.map(edgeView) },
  };
}

function isCorrect({ label, predicted }: Example): boolean | undefined {
  return predicted === undefined ? undefined : predicted === label;
}

function exampleView(example: Example) {
  const { id, part, label, predicted, probabilities } = example;
  return {
    id,
    part,
    label,
    predicted: predicted ?? null,
    correct: isCorrect(example) ?? null,
    probabilities: probabilities ?? null,
  };
}

function paragraphView(paragraph: ParagraphLine) {
  const { text, section, turn, speaker, side, affiliation, position, accession, start, end } = paragraph;
  return { text, section, turn, speaker, side, affiliation, position, accession, start, end };
}
