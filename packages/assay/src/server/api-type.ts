import { OpenAPIHono } from '@hono/zod-openapi';
import { getEvents } from './resources/events.ts';
import { getEntries, getLedger } from './resources/ledger.ts';
import { getLineage } from './resources/lineage.ts';
import { explain, getEvaluation, getModel, getOrigin, listModels, listParagraphs } from './resources/models.ts';
import { getObject } from './resources/objects.ts';
import { getProject } from './resources/project.ts';
import { getReceipt, getRecord, listRecords } from './resources/records.ts';
import { getComparison, getLog, getRun, listRuns } from './resources/runs.ts';

declare const handler: never;
const declareApi = () =>
  new OpenAPIHono()
    .openapi(getProject, handler)
    .openapi(getEvents, handler)
    .openapi(listRuns, handler)
    .openapi(getRun, handler)
    .openapi(getLog, handler)
    .openapi(getComparison, handler)
    .openapi(listModels, handler)
    .openapi(getModel, handler)
    .openapi(getEvaluation, handler)
    .openapi(listParagraphs, handler)
    .openapi(getOrigin, handler)
    .openapi(explain, handler)
    .openapi(getLineage, handler)
    .openapi(listRecords, handler)
    .openapi(getRecord, handler)
    .openapi(getReceipt, handler)
    .openapi(getLedger, handler)
    .openapi(getEntries, handler)
    .openapi(getObject, handler);

export type Api = ReturnType<typeof declareApi>;
