import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Witness } from './witness.ts';

/** A request has at most 63 hashes and a note. */
const LARGEST_REQUEST = 64 * 1024;

/** `POST /add-checkpoint`, as https://c2sp.org/tlog-witness says. */
export function createWitnessApp(witness: Witness, onFault: (error: unknown) => void): Hono {
  const app = new Hono();
  app.post('/add-checkpoint', bodyLimit({ maxSize: LARGEST_REQUEST }), async (c) => {
    let request: string;
    try {
      request = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await c.req.arrayBuffer());
    } catch {
      return c.text('the request is not UTF-8\n', 400);
    }
    const { status, body } = witness.addCheckpoint(request);
    return c.body(body, status, {
      'content-type': status === 409 ? 'text/x.tlog.size' : 'text/plain; charset=utf-8',
    });
  });
  app.onError((error, c) => {
    onFault(error);
    return c.text('the witness cannot read what it has seen\n', 500);
  });
  return app;
}
