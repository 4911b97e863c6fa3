import { createRoute, z } from '@hono/zod-openapi';

export const getEvents = createRoute({
  method: 'get',
  path: '/api/events',
  summary: 'What changes, as it changes',
  description:
    'Server-sent events; the data of each is an `Event` as JSON. `ledger`: records were sealed; `run`: a run or a stage of it changed. A comment every 15 seconds keeps the connection open.',
  responses: { 200: { description: 'the stream', content: { 'text/event-stream': { schema: z.string() } } } },
});
