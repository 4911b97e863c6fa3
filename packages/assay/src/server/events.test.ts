import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ModelRegistry } from '../models/index.ts';
import type { StudioEvent } from './client.ts';
import { serveSmallProject } from './testing/served-project.ts';

let served: Awaited<ReturnType<typeof serveSmallProject>>;
beforeAll(async () => {
  served = await serveSmallProject();
}, 60_000);
afterAll(() => served.stop());

/** The events of one connection, as they come. */
async function* eventsOf(signal?: AbortSignal): AsyncGenerator<StudioEvent> {
  const reply = await fetch(`${served.url}/api/events`, signal ? { signal } : {});
  expect(reply.headers.get('content-type')).toMatch(/^text\/event-stream/);
  let text = '';
  for await (const part of reply.body!.pipeThrough(new TextDecoderStream())) {
    text += part;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const data = /^data: (.*)$/m.exec(text.slice(0, end))?.[1];
      text = text.slice(end + 2);
      if (data !== undefined) yield JSON.parse(data) as StudioEvent;
    }
  }
}

test('tells the size at once, and of records that are sealed by another connection', async () => {
  const stop = new AbortController();
  const events = eventsOf(stop.signal);
  const size = await served.records.size();
  expect((await events.next()).value).toEqual({ type: 'ledger', size });
  await served.sandbox.open(async ({ records }) => {
    const models = new ModelRegistry(records);
    await models.promote(await models.find('calls'), 'production');
  });
  expect((await events.next()).value).toEqual({ type: 'ledger', size: size + 1 });
  stop.abort();
  await expect(events.next()).rejects.toThrow();
});

test('tells of a run and its stages while it runs, to everyone who listens', async () => {
  const listeners = [eventsOf(), eventsOf()];
  for (const events of listeners) expect((await events.next()).value).toMatchObject({ type: 'ledger' });
  served.sandbox.write({ 'reference.txt': 'two' });
  await served.sandbox.run();
  const [newest] = await served.records.list({ kind: 'run', limit: 1 });
  for (const events of listeners) {
    const seen: StudioEvent[] = [];
    const size = await served.records.size();
    for await (const event of events) {
      seen.push(event);
      if (event.type === 'ledger' && event.size === size) break;
    }
    expect(seen).toContainEqual({ type: 'run', id: newest!.record.id });
  }
}, 30_000);

test('a listener that goes away is forgotten, and the next one is told again', async () => {
  const stop = new AbortController();
  const gone = eventsOf(stop.signal);
  await gone.next();
  stop.abort();
  await expect(gone.next()).rejects.toThrow();
  await delay(50);
  const events = eventsOf();
  expect((await events.next()).value).toEqual({ type: 'ledger', size: await served.records.size() });
  await events.return(undefined);
});

test('closing the feed ends every stream, so that the server drains at once', async () => {
  const events = eventsOf();
  await events.next();
  const started = performance.now();
  served.changes.close();
  expect((await events.next()).done).toBe(true);
  await served.listening.drain(10);
  expect(performance.now() - started).toBeLessThan(2000);
});
