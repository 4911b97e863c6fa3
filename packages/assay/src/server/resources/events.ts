import { createRoute } from '@hono/zod-openapi';
import { streamSSE } from 'hono/streaming';
import type { StudioDependencies } from '../dependencies.ts';
import { createRoutes } from '../routes.ts';
import { eventSchema, type StudioEvent } from '../schemas/index.ts';

const getEvents = createRoute({
  method: 'get',
  path: '/api/events',
  summary: 'What changes, as it changes',
  description:
    'Server-sent events; the data of each is an `Event` as JSON. `ledger`: records were sealed; `run`: a run or a stage of it changed. A comment every 15 seconds keeps the connection open.',
  responses: { 200: { description: 'the stream', content: { 'text/event-stream': { schema: eventSchema } } } },
});

const heartBeatMs = 15_000;

export function eventRoutes({ changes }: Pick<StudioDependencies, 'changes'>) {
  return createRoutes().openapi(getEvents, (c) =>
    streamSSE(c, async (stream) => {
      const ended = Promise.withResolvers<void>();
      stream.onAbort(() => ended.resolve());
      const send = (event: StudioEvent) => void stream.writeSSE({ data: JSON.stringify(event) });
      const stop = await changes.listen(send, () => ended.resolve());
      const heartBeat = setInterval(() => void stream.write(': still here\n\n'), heartBeatMs);
      try {
        await ended.promise;
      } finally {
        clearInterval(heartBeat);
        stop();
      }
    }),
  );
}
