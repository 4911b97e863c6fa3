import { hc } from 'hono/client';
import type { Api } from './api.ts';

export type * from './schemas/index.ts';

/**
 * The API's typed client, for browsers and Node. `base` is the origin: `''` for the page's own, or `http://127.0.0.1:4700`.
 *
 * A parameter in the path goes into the URL as it is given: a record's reference with `/` in it must be encoded first.
 * Events are not fetched through it: `new EventSource('/api/events')`, each with a `StudioEvent` as JSON.
 *
 * @example
 * const reply = await createClient('').api.runs[':run'].$get({ param: { run } });
 * if (reply.ok) show(await reply.json());
 */
export function createClient(base: string) {
  return hc<Api>(base);
}

export type Client = ReturnType<typeof createClient>;
