import { z } from '@hono/zod-openapi';
import { anyJson, list, runId, sha256, time } from './fields.ts';
import { edgeSchema, nodeSchema } from './lineage.ts';
import { artifactSchema } from './records.ts';

export const scoreSchema = z
  .object({
    value: z.number(),
    low: z.number(),
    high: z.number(),
    level: z.number().openapi({ description: '0.95 for a 95 % interval' }),
  })
  .openapi('Score');

const scores = z.record(z.string(), scoreSchema);

export const modelSummarySchema = z
  .object({
    name: z.string(),
    versions: z.number(),
    latest: z.string().openapi({ description: 'M:m:p' }),
    production: z
      .object({ version: z.string(), hash: sha256, scores })
      .nullable()
      .openapi({ description: 'the version that is in production' }),
  })
  .openapi('ModelSummary');

const tensorSchema = z.object({ name: z.string(), datatype: z.string(), shape: list(z.number()) });

export const modelVersionSchema = z
  .object({
    name: z.string(),
    version: z.string().openapi({ description: 'M:m:p' }),
    ordinal: z.number(),
    hash: sha256.openapi({ description: 'of its model-version record' }),
    at: time,
    by: z.string(),
    because: z.string().openapi({ description: 'why this version number' }),
    description: z.string(),
    stages: list(z.string()),
    labels: list(z.string()),
    signature: z.object({ inputs: list(tensorSchema), outputs: list(tensorSchema) }),
    scores,
    artifacts: list(artifactSchema),
    files: list(z.string()).openapi({ description: 'names of the artifacts that predictions depend on' }),
    run: z.object({ id: runId, hash: sha256 }).nullable().openapi({ description: 'the run that made it' }),
    stageRun: z
      .object({ id: z.string(), hash: sha256 })
      .nullable()
      .openapi({ description: 'the stage run that trained it' }),
  })
  .openapi('ModelVersion');

export const modelSchema = z
  .object({
    name: z.string(),
    stages: list(z.object({ stage: z.string(), version: z.string(), at: time, by: z.string(), hash: sha256 })).openapi({
      description: 'where each stage points now',
    }),
    versions: list(modelVersionSchema).openapi({ description: 'newest first' }),
  })
  .openapi('Model');

export const evaluationSchema = z
  .object({ object: artifactSchema, evaluation: anyJson.openapi({ description: 'the content of evaluation.json' }) })
  .openapi('Evaluation');

export const partSchema = z.enum(['train', 'dev', 'test']);

const exampleSchema = z
  .object({
    id: z.string().openapi({ description: '`<accession>#<n>`' }),
    part: partSchema,
    label: z.string(),
    predicted: z.string().nullable(),
    correct: z.boolean().nullable().openapi({ description: 'null where nothing was predicted' }),
    probabilities: z.record(z.string(), z.number()).nullable(),
  })
  .openapi('Example');

const paragraphFields = {
  text: z.string(),
  section: z.string(),
  turn: z.number(),
  speaker: z.string(),
  side: z.string(),
  affiliation: z.string().nullable(),
  position: z.string().nullable(),
  accession: z.string(),
  start: z.number().openapi({ description: 'byte in the filing' }),
  end: z.number().openapi({ description: 'byte in the filing, exclusive' }),
};

export const modelParagraphsSchema = z
  .object({
    total: z.number().openapi({ description: 'of those asked for' }),
    counts: z.object({ train: z.number(), dev: z.number(), test: z.number() }),
    items: list(exampleSchema.extend({ paragraph: z.object(paragraphFields).nullable() })),
  })
  .openapi('ModelParagraphs');

export const paragraphOriginSchema = z
  .object({
    example: exampleSchema,
    paragraph: z.object(paragraphFields),
    filing: z.object({
      accession: z.string(),
      form: z.string(),
      filedAt: z.string().nullable(),
      companies: list(z.object({ role: z.string(), name: z.string(), cik: z.string() })),
      path: z.string(),
      sha256,
      size: z.number(),
    }),
    excerpt: z
      .object({
        start: z.number().openapi({ description: 'byte of the filing at which `before` begins' }),
        end: z.number(),
        before: z.string(),
        text: z.string(),
        after: z.string(),
      })
      .openapi({ description: "the filing's own text around the paragraph, decoded, markup and line breaks as filed" }),
    chain: z
      .object({ nodes: list(nodeSchema), edges: list(edgeSchema) })
      .openapi({ description: 'from the model version (first) to the filing (last)' }),
  })
  .openapi('ParagraphOrigin');

export const explainRequestSchema = z
  .object({
    text: z
      .string()
      .max(20_000, { error: 'must have at most 20000 characters' })
      .refine((text) => text.trim() !== '', { error: 'must not be blank' }),
    label: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .openapi({ description: 'the label to explain; the predicted one else' }),
  })
  .openapi('ExplainRequest');

export const explanationSchema = z
  .object({
    label: z.string().openapi({ description: 'the label explained' }),
    predicted: z.string(),
    probabilities: z.record(z.string(), z.number()),
    tokens: list(
      z.object({
        start: z.number().openapi({ description: 'UTF-16 unit in the text' }),
        end: z.number(),
        text: z.string(),
        attribution: z.number(),
      }),
    ),
    delta: z.number().openapi({
      description: 'attributions summed less the difference they should add up to (completeness, integrated gradients)',
    }),
  })
  .openapi('Explanation');

export type ScoreView = z.infer<typeof scoreSchema>;
export type ModelSummary = z.infer<typeof modelSummarySchema>;
export type ModelView = z.infer<typeof modelSchema>;
export type ModelVersionView = z.infer<typeof modelVersionSchema>;
export type EvaluationView = z.infer<typeof evaluationSchema>;
export type Part = z.infer<typeof partSchema>;
export type ModelParagraphs = z.infer<typeof modelParagraphsSchema>;
export type ParagraphOriginView = z.infer<typeof paragraphOriginSchema>;
export type ExplainRequest = z.infer<typeof explainRequestSchema>;
export type Explanation = z.infer<typeof explanationSchema>;
