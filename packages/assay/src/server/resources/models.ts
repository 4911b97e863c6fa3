import { createRoute, z } from '@hono/zod-openapi';
import type { ApiDependencies } from '../dependencies.ts';
import { RequestError } from '../errors.ts';
import { createRoutes } from '../routes.ts';
import { limit, list, modelName, offset, version } from '../schemas/fields.ts';
import {
  errorSchema,
  evaluationSchema,
  explainRequestSchema,
  explanationSchema,
  modelParagraphsSchema,
  modelSchema,
  modelSummarySchema,
  paragraphOriginSchema,
  partSchema,
} from '../schemas/index.ts';
import { listModels, listParagraphs, showEvaluation, showModel, showOrigin } from '../views/models.ts';
import { badRequest, json, notFound } from './answers.ts';

const model = z.object({ name: modelName });
const modelVersion = model.extend({ version });

const getModels = createRoute({
  method: 'get',
  path: '/api/models',
  summary: 'Registered models',
  responses: { 200: json(list(modelSummarySchema), 'in order of the alphabet') },
});

const getModel = createRoute({
  method: 'get',
  path: '/api/models/{name}',
  summary: 'A model: its versions, stages and scores',
  request: { params: model },
  responses: { 200: json(modelSchema, 'the model'), ...badRequest, ...notFound },
});

const getEvaluation = createRoute({
  method: 'get',
  path: '/api/models/{name}/versions/{version}/evaluation',
  summary: 'How a version was evaluated',
  request: { params: modelVersion },
  responses: { 200: json(evaluationSchema, 'evaluation.json of the version'), ...badRequest, ...notFound },
});

const getParagraphs = createRoute({
  method: 'get',
  path: '/api/models/{name}/versions/{version}/paragraphs',
  summary: 'The paragraphs that a version was trained and tested on',
  request: {
    params: modelVersion,
    query: z.object({
      part: partSchema.optional(),
      correct: z.enum(['true', 'false']).optional().openapi({ description: 'only those it predicted right, or wrong' }),
      limit: limit(200, 50),
      offset,
    }),
  },
  responses: { 200: json(modelParagraphsSchema, 'a page of paragraphs'), ...badRequest, ...notFound },
});

const getOrigin = createRoute({
  method: 'get',
  path: '/api/models/{name}/versions/{version}/origin',
  summary: 'Where a paragraph came from: from the model back to the bytes of the filing',
  request: {
    params: modelVersion,
    query: z.object({ paragraph: z.string().min(1).max(300).openapi({ example: '0001234567-26-000001#12' }) }),
  },
  responses: { 200: json(paragraphOriginSchema, 'the origin'), ...badRequest, ...notFound },
});

const postExplain = createRoute({
  method: 'post',
  path: '/api/models/{name}/versions/{version}/explain',
  summary: 'Which words mattered, by integrated gradients',
  request: {
    params: modelVersion,
    body: { required: true, content: { 'application/json': { schema: explainRequestSchema } } },
  },
  responses: {
    200: json(explanationSchema, 'the prediction and the attribution of each word'),
    ...badRequest,
    403: json(errorSchema, 'the request comes from another site'),
    ...notFound,
    415: json(errorSchema, 'the body is not JSON'),
  },
});

export function modelRoutes({ models, lineage, explain }: Pick<ApiDependencies, 'models' | 'lineage' | 'explain'>) {
  const find = ({ name, version: wanted }: { readonly name: string; readonly version: string }) =>
    models.find(`${name}@${wanted}`);
  return createRoutes()
    .openapi(getModels, async (c) => c.json(await listModels(models), 200))
    .openapi(getModel, async (c) => c.json(await showModel(models, lineage.records, c.req.valid('param').name), 200))
    .openapi(getEvaluation, async (c) => c.json(await showEvaluation(lineage, await find(c.req.valid('param'))), 200))
    .openapi(getParagraphs, async (c) => {
      const { correct, ...query } = c.req.valid('query');
      const wanted = { ...query, correct: correct === undefined ? undefined : correct === 'true' };
      return c.json(await listParagraphs(lineage, await find(c.req.valid('param')), wanted), 200);
    })
    .openapi(getOrigin, async (c) => {
      const { paragraph } = c.req.valid('query');
      return c.json(await showOrigin(lineage, await find(c.req.valid('param')), paragraph), 200);
    })
    .openapi(postExplain, async (c) => {
      const { text, label } = c.req.valid('json');
      const found = await find(c.req.valid('param'));
      const { labels } = found.body.signature;
      if (label !== undefined && !labels.includes(label)) {
        throw new RequestError(
          400,
          'ASSAY_API_REQUEST',
          `body.label: the model has no label ${JSON.stringify(label)}`,
          {
            path: 'body.label',
            hint: `Its labels are ${labels.join(', ')}.`,
          },
        );
      }
      return c.json(await explain(found, label === undefined ? { text } : { text, label }), 200);
    });
}
