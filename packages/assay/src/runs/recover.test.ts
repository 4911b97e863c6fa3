import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pipeline, Sandbox, states } from './testing/sandbox.ts';

let box: Sandbox;
beforeEach(() => {
  box = new Sandbox();
  box.write({
    'pipeline.yaml': pipeline(
      [
        `{ name: a, outputs: { o: build/a }, run: [sh, -c, 'echo a > build/a'] }`,
        `{ name: b, inputs: { i: }, outputs: { o: build/b }, run: [sh, -c, 'cat build/a > build/b'] }`,
        `{ name: c, after: [b], outputs: { o: build/c }, run: [sh, -c, 'echo c > build/c'] }`,
      ],
      'connections: [{ from: a.o, to: b.i }]\n',
    ),
  });
});
afterEach(() => box.remove());

/** Ends the run as a kill would, right after the record of this kind and stage was sealed. */
const endAfter = (kind: string, stage = '') =>
  box.run({
    afterSealing(drafts) {
      if (drafts.some((draft) => draft.kind === kind && draft.id.endsWith(stage))) throw new Error('killed here');
    },
  });

describe('a run that ended between sealing and marking', () => {
  it('a stage: its result is found, counts, and the run is interrupted', async () => {
    await expect(endAfter('stage-run', '/b')).rejects.toThrow('killed here');
    const run = await box.run();
    expect(states(run)).toEqual({ a: 'cached', b: 'cached', c: 'succeeded' });
    const [, dead] = await box.open(({ live }) => live.list({ limit: 2 }));
    expect(dead?.state).toBe('interrupted');
    expect(states(dead!)).toEqual({ a: 'succeeded', b: 'succeeded', c: 'blocked' });
    expect(run.stages[1]?.record).toBe(dead?.stages[1]?.record);
    expect((await box.verify()).failures).toEqual([]);
  });

  it('the run itself: it stays what it was, sealed once', async () => {
    await expect(endAfter('run')).rejects.toThrow('killed here');
    expect(states(await box.run())).toEqual({ a: 'cached', b: 'cached', c: 'cached' });
    await box.open(async ({ live, records }) => {
      const [, first] = await live.list({ limit: 2 });
      expect(first?.state).toBe('succeeded');
      const history = await records.history('run', first!.id);
      expect(history.map(({ hash }) => hash)).toEqual([first?.record]);
    });
    expect((await box.verify()).failures).toEqual([]);
  });
});
