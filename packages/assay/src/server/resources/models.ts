import { createRoute, z } from '@hono/zod-openapi';
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
import { badRequest, json, notFound } from './answers.ts';

const model = z.object({ name: modelName });
const modelVersion = model.extend({ version });

export const listModels = createRoute({
  method: 'get',
  path: '/api/models',
  summary: 'Registered models',
  responses: { 200: json(list(modelSummarySchema), 'in order of the alphabet') },
});

export const getModel = createRoute({
  method: 'get',
  path: '/api/models/{name}',
  summary: 'A model: its versions, stages and scores',
  request: { params: model },
  responses: { 200: json(modelSchema, 'the model'), ...badRequest, ...notFound },
});

export const getEvaluation = createRoute({
  method: 'get',
  path: '/api/models/{name}/versions/{version}/evaluation',
  summary: 'How a version was evaluated',
  request: { params: modelVersion },
  responses: { 200: json(evaluationSchema, 'evaluation.json of the version'), ...badRequest, ...notFound },
});

export const listParagraphs = createRoute({
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

export const getOrigin = createRoute({
  method: 'get',
  path: '/api/models/{name}/versions/{version}/origin',
  summary: 'Where a paragraph came from: from the model back to the bytes of the filing',
  request: {
    params: modelVersion,
    query: z.object({ paragraph: z.string().min(1).max(300).openapi({ example: '0001234567-26-000001#12' }) }),
  },
  responses: { 200: json(paragraphOriginSchema, 'the origin'), ...badRequest, ...notFound },
});

export const explain = createRoute({
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
