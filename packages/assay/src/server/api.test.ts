import { createHash } from 'node:crypto';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  Frontier,
  fromBase64,
  parseCheckpoint,
  parseVkey,
  portableHasher,
  toHex,
  verifyCheckpoint,
  verifyInclusion,
  verifyReceipt,
} from '../records/proof/index.ts';
import { type ApiError, type Client, createClient } from './client.ts';
import { serveTrainedProject } from './testing/served-project.ts';

let served: Awaited<ReturnType<typeof serveTrainedProject>>;
let api: Client['api'];
let run: string;
let filings: string;
const version = { name: 'calls', version: '1:0:0' };

beforeAll(async () => {
  served = await serveTrainedProject();
  served.trained.assay('model', 'promote', 'calls');
  // All that follows is answered from the ledger and the object store.
  filings = join(served.trained.folder, 'filings');
  cpSync(join(served.trained.project.root, 'filings'), filings, { recursive: true });
  for (const path of ['build', 'filings']) rmSync(join(served.trained.project.root, path), { recursive: true });
  api = createClient(served.url).api;
  run = (await served.trained.records.list({ kind: 'run', limit: 1 }))[0]!.record.id;
}, 60_000);
afterAll(async () => {
  expect(served.faults).toEqual([]);
  await served.stop();
});

interface Reply {
  readonly status: number;
  json(): Promise<unknown>;
}

async function refusal(reply: Promise<Reply>): Promise<{ readonly status: number; readonly error: ApiError['error'] }> {
  const answer = await reply;
  const { error } = (await answer.json()) as ApiError;
  return { status: answer.status, error };
}

async function answer<R extends Reply & { readonly ok: boolean }>(
  reply: Promise<R>,
): Promise<Awaited<ReturnType<Extract<R, { readonly ok: true }>['json']>>> {
  const { status, ...rest } = { status: (await reply).status, body: await (await reply).json() };
  expect(status, JSON.stringify(rest)).toBe(200);
  return rest.body as Awaited<ReturnType<Extract<R, { readonly ok: true }>['json']>>;
}

describe('project', () => {
  test('shows the ledger, the newest runs, and what is in production', async () => {
    const project = await answer(api.project.$get());
    expect(project).toMatchObject({ name: 'calls', origin: served.trained.project.origin });
    const { size, checkpoint } = project.ledger!;
    expect(verifyCheckpoint(checkpoint!, [parseVkey(project.vkey!)]).size).toBe(size);
    expect(project.runs.map(({ id, state }) => [id, state])).toEqual([[run, 'succeeded']]);
    expect(project.models).toMatchObject([{ name: 'calls', latest: '1:0:0', production: { version: '1:0:0' } }]);
    expect(project.models[0]!.production!.scores.macro_f1).toMatchObject({ level: 0.95 });
    expect(project.counts.reduce((sum, { records }) => sum + records, 0)).toBe(size);
    expect(project.counts[0]).toEqual({ kind: 'stage-run', records: 3 });
  });

  test('counts on where it was', async () => {
    const before = (await answer(api.project.$get())).counts.find(({ kind }) => kind === 'model-stage')!;
    served.trained.assay('model', 'promote', 'calls', '--to', 'staging');
    const after = (await answer(api.project.$get())).counts.find(({ kind }) => kind === 'model-stage')!;
    expect(after.records).toBe(before.records + 1);
  });
});

describe('runs', () => {
  test('shows the graph: ports, connections, states and reasons, with the digests of what went in and came out', async () => {
    const view = await answer(api.runs[':run'].$get({ param: { run } }));
    expect(view.stages.map(({ id, group, state, needs }) => [id, group, state, needs])).toEqual([
      ['ingest', 'Data', 'succeeded', []],
      ['parse', 'Data', 'succeeded', ['ingest']],
      ['train', 'Build', 'succeeded', ['parse']],
    ]);
    const [ingest, parse, train] = view.stages;
    expect(parse!.inputs).toEqual([
      {
        port: 'filings',
        path: 'build/filings',
        from: { stage: 'ingest', port: 'filings' },
        object: { kind: 'directory', sha256: ingest!.outputs[0]!.object!.sha256 },
      },
    ]);
    expect(train!.inputs.find(({ port }) => port === 'reference')!.from).toBeNull();
    expect(train!.outputs[0]).toMatchObject({ role: 'model', object: { kind: 'directory', files: 6 } });
    expect(train!.because).toBe('ran: no result of it yet');
    expect(train!.source).toBe(run);
    expect(train!.seconds).toBeGreaterThan(0);
    expect(await served.trained.records.get(train!.record!)).toBeDefined();
  });

  test('the list goes from page to page', async () => {
    expect(await answer(api.runs.$get({ query: {} }))).toMatchObject({ items: [{ id: run }], next: null });
    expect(await answer(api.runs.$get({ query: { before: run } }))).toEqual({ items: [], next: null });
  });

  test('a log is given from any byte on', async () => {
    const whole = await answer(
      api.runs[':run'].stages[':stage'].log.$get({ param: { run, stage: 'train' }, query: {} }),
    );
    expect(whole).toMatchObject({ run, offset: 0, ended: true });
    expect(whole.text).toContain('macro F1');
    const rest = await answer(
      api.runs[':run'].stages[':stage'].log.$get({ param: { run, stage: 'train' }, query: { offset: '10' } }),
    );
    expect(rest.text).toBe(Buffer.from(whole.text).subarray(10).toString());
    expect(rest.next).toBe(whole.next);
  });

  test('what is not there is refused with a code and a hint', async () => {
    const none = '0'.repeat(32);
    expect(await refusal(api.runs[':run'].$get({ param: { run: none } }))).toMatchObject({
      status: 404,
      error: { code: 'ASSAY_RUN_NOT_FOUND', hint: expect.any(String) },
    });
    const log = api.runs[':run'].stages[':stage'].log;
    expect(await refusal(log.$get({ param: { run, stage: 'none' }, query: {} }))).toMatchObject({
      status: 404,
      error: { code: 'ASSAY_RUN_NO_STAGE' },
    });
    expect(await refusal(api.runs[':run'].comparison.$get({ param: { run } }))).toMatchObject({
      status: 404,
      error: { code: 'ASSAY_API_NO_COMPARISON' },
    });
  });
});

describe('models', () => {
  test('shows versions with scores, files, and the run that made them', async () => {
    const [summary] = await answer(api.models.$get());
    const model = await answer(api.models[':name'].$get({ param: { name: 'calls' } }));
    expect(summary).toMatchObject({ name: 'calls', versions: 1 });
    expect(model.stages.map(({ stage, version: at }) => [stage, at])).toContainEqual(['production', '1:0:0']);
    expect(model.versions[0]).toMatchObject({
      version: '1:0:0',
      ordinal: 1,
      stages: expect.arrayContaining(['production']),
      labels: ['negative', 'neutral', 'positive'],
      run: { id: run },
      stageRun: { id: `${run}/train` },
    });
    expect(new Set(model.versions[0]!.artifacts.map(({ name }) => name)).size).toBe(
      model.versions[0]!.artifacts.length,
    );
  });

  test('shows the evaluation', async () => {
    const { object, evaluation } = await answer(
      api.models[':name'].versions[':version'].evaluation.$get({ param: version }),
    );
    expect(object.name).toBe('evaluation.json');
    expect(evaluation).toMatchObject({ labels: ['negative', 'neutral', 'positive'], systems: expect.any(Array) });
  });

  test('lists paragraphs by part and by whether they were predicted right', async () => {
    const paragraphs = api.models[':name'].versions[':version'].paragraphs;
    const all = await answer(paragraphs.$get({ param: version, query: { limit: '200' } }));
    expect(all.total).toBe(all.counts.train + all.counts.dev + all.counts.test);
    expect(all.items.every(({ paragraph }) => paragraph !== null)).toBe(true);
    const parts = await Promise.all(
      (['true', 'false'] as const).map((correct) =>
        answer(paragraphs.$get({ param: version, query: { part: 'test', correct, limit: '200' } })),
      ),
    );
    expect(parts[0]!.total + parts[1]!.total).toBe(all.counts.test);
    for (const { part, label, predicted } of parts[1]!.items) {
      expect(part).toBe('test');
      expect(predicted).not.toBe(label);
    }
    const second = await answer(paragraphs.$get({ param: version, query: { part: 'train', limit: '1', offset: '1' } }));
    expect(second.items.map(({ id }) => id)).toEqual([all.items.filter(({ part }) => part === 'train')[1]!.id]);
  });

  test('leads from a paragraph to the filing, whose bytes can be fetched', async () => {
    const paragraph = '0009990001-26-000002#7';
    const origin = await answer(
      api.models[':name'].versions[':version'].origin.$get({ param: version, query: { paragraph } }),
    );
    expect(origin.paragraph.speaker).not.toBe('');
    expect(origin.excerpt.text.replace(/\s+/g, ' ').trim()).toBe(origin.paragraph.text);
    expect(origin.chain.nodes[0]).toMatchObject({ type: 'record', kind: 'model-version' });
    const reply = await fetch(`${served.url}/api/objects/${origin.filing.sha256}`);
    const bytes = Buffer.from(await reply.arrayBuffer());
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(origin.filing.sha256);
    expect(bytes.subarray(origin.paragraph.start, origin.paragraph.end).toString()).toBe(origin.excerpt.text);
  });

  test('explains by words whose offsets are those of the text as it was given', async () => {
    const text = '  Revenue grew strongly — but costs rose.';
    const explain = api.models[':name'].versions[':version'].explain;
    const explanation = await answer(explain.$post({ param: version, json: { text, label: 'positive' } }));
    expect(explanation.label).toBe('positive');
    expect(explanation.tokens.map(({ start, end }) => text.slice(start, end))).toEqual(
      explanation.tokens.map((token) => token.text),
    );
    expect(explanation.tokens.map((token) => token.text)).toContain('strongly');
    expect(Object.values(explanation.probabilities).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    expect(Math.abs(explanation.delta)).toBeLessThan(0.01);
  });

  test('refuses what it cannot explain, and says where the request is wrong', async () => {
    const explain = api.models[':name'].versions[':version'].explain;
    const cases: readonly [json: { text: string; label?: string }, path: string][] = [
      [{ text: ' ' }, 'body.text'],
      [{ text: 'x'.repeat(20_001) }, 'body.text'],
      [{ text: 'fine', label: 'mixed' }, 'body.label'],
    ];
    for (const [json, path] of cases) {
      expect(await refusal(explain.$post({ param: version, json }))).toMatchObject({
        status: 400,
        error: { code: 'ASSAY_API_REQUEST', path },
      });
    }
    expect(
      await refusal(explain.$post({ param: { ...version, version: '9:0:0' }, json: { text: 'x' } })),
    ).toMatchObject({
      status: 404,
      error: { code: 'ASSAY_MODEL_NOT_FOUND' },
    });
  });
});

describe('records and the ledger', () => {
  test('a record shows its body, its links both ways, and a proof that checks', async () => {
    const train = (await answer(api.runs[':run'].$get({ param: { run } }))).stages[2]!.record!;
    const record = await answer(api.records[':ref'].$get({ param: { ref: train.slice(0, 12) } }));
    expect(record).toMatchObject({ hash: train, kind: 'stage-run', id: `${run}/train`, body: { state: 'present' } });
    expect(record.body.json).toMatchObject({ stage: 'train', state: 'succeeded' });
    expect(record.parents.map(({ role }) => role).sort()).toEqual(['paragraphs', 'pipeline', 'reference', 'stage-run']);
    expect(record.children.map(({ role, record: child }) => [role, child!.kind]).sort()).toEqual([
      ['stage-run', 'run'],
      ['trained-by', 'model-version'],
    ]);
    const { path, checkpoint, size, entry } = record.proof!;
    const { root } = verifyCheckpoint(checkpoint, [parseVkey(served.trained.project.vkey)]);
    const leaf = portableHasher.leaf(fromBase64(entry)!);
    expect(toHex(leaf)).toBe(train);
    expect(
      verifyInclusion(
        leaf,
        record.index,
        size,
        path.map((hash) => fromBase64(hash)!),
        root,
      ),
    ).toBe(true);
  });

  test('is found by kind, id and version too', async () => {
    const ref = encodeURIComponent('model-version/calls@1:0:0');
    const record = await answer(api.records[':ref'].$get({ param: { ref } }));
    expect(record).toMatchObject({ kind: 'model-version', id: 'calls', version: '1:0:0' });
  });

  test('the list goes from page to page, each record once, newest first', async () => {
    const { size } = await answer(api.ledger.$get());
    const indexes: number[] = [];
    for (let before: number | null | undefined; before !== null; ) {
      const query = before === undefined ? { limit: '3' } : { limit: '3', before: `${before}` };
      const page = await answer(api.records.$get({ query }));
      indexes.push(...page.items.map(({ index }) => index));
      before = page.next;
    }
    expect(indexes).toEqual(Array.from({ length: size }, (_, i) => size - 1 - i));
    const stages = await answer(api.records.$get({ query: { kind: 'stage-run' } }));
    expect(stages.items.map(({ kind }) => kind)).toEqual(['stage-run', 'stage-run', 'stage-run']);
  });

  test('a receipt is a download that verifies offline', async () => {
    const reply = await api.records[':ref'].receipt.$get({ param: { ref: encodeURIComponent('model-version/calls') } });
    expect(reply.headers.get('content-disposition')).toMatch(/^attachment; filename="model-version-calls-/);
    const verdict = verifyReceipt(await reply.json(), served.trained.project.vkey);
    expect(verdict.ok).toBe(true);
  });

  test('the tree computed from the entries has the root that the checkpoint signs', async () => {
    const { checkpoint, size, vkey } = await answer(api.ledger.$get());
    const frontier = new Frontier();
    for (let start = 0; start < size; ) {
      const page = await answer(api.ledger.entries.$get({ query: { start: `${start}`, limit: '4' } }));
      for (const entry of page.entries) frontier.add(portableHasher.leaf(fromBase64(entry)!));
      start += page.entries.length;
    }
    const { root } = verifyCheckpoint(checkpoint!, [parseVkey(vkey)]);
    expect(toHex(frontier.root())).toBe(toHex(root));
    expect(parseCheckpoint(checkpoint!).size).toBe(size);
  });

  test('its tiles are those of a transparency log', async () => {
    const get = (path: string, init?: RequestInit) => fetch(`${served.url}/log/${path}`, init);
    const note = await (await get('checkpoint')).text();
    const { size, root } = verifyCheckpoint(note, [parseVkey(served.trained.project.vkey)]);
    const reply = await get(`tile/0/000.p/${size}`);
    expect(reply.headers.get('cache-control')).toContain('immutable');
    const hashes = new Uint8Array(await reply.arrayBuffer());
    const frontier = new Frontier();
    for (let at = 0; at < hashes.length; at += 32) frontier.add(hashes.subarray(at, at + 32));
    expect(toHex(frontier.root())).toBe(toHex(root));
    expect((await get(`tile/entries/000.p/${size}`)).status).toBe(200);
    for (const path of ['tile/0/000', `tile/0/000.p/${size + 1}`, 'tile/0/0', '..%2f..%2fetc/passwd', '']) {
      expect((await get(path)).status, path).toBe(404);
    }
    expect((await get('checkpoint', { method: 'POST' })).status).toBe(404);
  });

  test('its checkpoint has the cosignatures of witnesses, once they gave them', async () => {
    const { cosigned } = served.trained.project.paths;
    const get = async () => (await fetch(`${served.url}/log/checkpoint`)).text();
    const note = await get();
    writeFileSync(cosigned, `${note}— a.test/witness ${Buffer.alloc(76, 1).toString('base64')}\n`);
    expect(await get()).toBe(readFileSync(cosigned, 'utf8'));
    rmSync(cosigned);
    expect(await get()).toBe(note);
  });

  test('lineage goes up and down', async () => {
    const up = await answer(api.lineage.$get({ query: { ref: 'model-version/calls' } }));
    expect(up.nodes[0]).toMatchObject({ type: 'record', kind: 'model-version', depth: 0 });
    expect(up.nodes.some((node) => node.type === 'object' && node.names.includes('build/filings/'))).toBe(true);
    const down = await answer(
      api.lineage.$get({ query: { ref: `stage-run/${run}/ingest`, direction: 'down', depth: '10' } }),
    );
    expect(down.nodes.some((node) => node.type === 'record' && node.kind === 'model-stage')).toBe(true);
  });

  test('references that are wrong, ambiguous or unknown are told apart', async () => {
    const ask = (ref: string) => refusal(api.records[':ref'].$get({ param: { ref } }));
    expect(await ask('zzzzzz')).toMatchObject({ status: 400, error: { code: 'ASSAY_REF_INVALID' } });
    expect(await ask('ffffffffffff')).toMatchObject({ status: 404, error: { code: 'ASSAY_REF_UNKNOWN' } });
    expect(await ask('run%2F..%2F..%2Fetc')).toMatchObject({ status: 404, error: { code: 'ASSAY_REF_UNKNOWN' } });
  });
});

describe('a second run', () => {
  test('says of each stage why it was not executed, and shows the log of the run that executed it', async () => {
    const { project, assay } = served.trained;
    cpSync(filings, join(project.root, 'filings'), { recursive: true });
    assay('run', 'pipeline.yaml');
    const second = (await answer(api.runs.$get({ query: { limit: '1' } }))).items[0]!.id;
    expect(second).not.toBe(run);
    const view = await answer(api.runs[':run'].$get({ param: { run: second } }));
    for (const stage of view.stages) {
      expect(stage).toMatchObject({ state: 'cached', source: run, hasLog: true });
      expect(stage.because).toMatch(/^restored: output build.* was deleted/);
      expect(stage.outputs[0]!.object).not.toBeNull();
    }
    const log = api.runs[':run'].stages[':stage'].log;
    const shown = await answer(log.$get({ param: { run: second, stage: 'train' }, query: {} }));
    expect(shown).toEqual(await answer(log.$get({ param: { run, stage: 'train' }, query: {} })));
    expect((await answer(api.runs.$get({ query: { limit: '1' } }))).next).toBe(second);
  }, 30_000);
});

describe('the API as a whole', () => {
  test('describes itself, with every route that it has', async () => {
    const document = (await (await fetch(`${served.url}/api/openapi.json`)).json()) as {
      readonly openapi: string;
      readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly summary?: string }>>>>;
    };
    expect(document.openapi).toBe('3.1.0');
    const reference = readFileSync(join(import.meta.dirname, '../../../../docs/reference/http-api.md'), 'utf8');
    const documented = [...reference.matchAll(/^### `[A-Z]+ (\S+)`/gm)].map(([, path]) => path);
    expect(documented).toEqual(expect.arrayContaining(Object.keys(document.paths)));
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(['/api/records', '/api/track', '/api/proposals']),
    );
    for (const methods of Object.values(document.paths)) {
      for (const operation of Object.values(methods)) expect(operation.summary).toMatch(/\w/);
    }
  });

  test('limits are checked, each with where it is wrong', async () => {
    for (const query of ['limit=0', 'limit=201', 'limit=x', 'before=zz']) {
      const reply = await fetch(`${served.url}/api/runs?${query}`);
      const { error } = (await reply.json()) as ApiError;
      expect([reply.status, error.code, error.path]).toEqual([
        400,
        'ASSAY_API_REQUEST',
        `query.${query.split('=')[0]}`,
      ]);
    }
  });
});
