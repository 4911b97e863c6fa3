import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiError, type Client, createClient } from './client.ts';
import { ServedRepository } from './testing/served-repository.ts';

const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const pipeline = `stages:
  prepare:
    cmd: echo prepare > prepared.txt
    deps: [data/ratings.csv]
    outs: [prepared.txt]
  train:
    foreach: [reds, whites]
    do:
      cmd: echo train \${item} > model-\${item}.txt
      deps: [prepared.txt]
      params: [depth]
      outs:
        - model-\${item}.txt
      metrics:
        - score-\${item}.json:
            cache: false
plots:
  - loss.csv:
      x: epoch
      y: loss
`;

let repository: ServedRepository;
let api: Client['api'];
let url: string;
let first: string;
let second: string;

beforeAll(async () => {
  repository = new ServedRepository();
  repository.write({
    'data/bottles/a.txt': 'one\n',
    'data/bottles/b.txt': 'two\n',
    'data/bottles/inner/c.txt': 'three\n',
    'data/bottles/label.png': picture,
    'data/ratings.csv': 'id,quality\n1,5\n',
    'secret.txt': 'not tracked by DVC\n',
  });
  await repository.add('data/bottles', 'data/ratings.csv');
  first = repository.commit('First bottles');
  repository.git('tag', '--annotate', '--message', 'tagged', 'v1');
  repository.git('branch', 'side');
  repository.write({ 'data/bottles/a.txt': 'one more\n', 'data/bottles/d.txt': 'four\n' });
  rmSync(join(repository.root, 'data/bottles/b.txt'));
  repository.write({ 'data/bottles/moved.txt': 'two\n' });
  await repository.add('data/bottles');
  repository.write({
    'dvc.yaml': pipeline,
    'params.yaml': 'depth: 3\nwide: true\n',
    'score-reds.json': '{"f1": 0.5}',
    'loss.csv': 'epoch,loss\n1,0.5\n2,0.25\n',
  });
  second = repository.commit('More bottles');
  url = await repository.serve();
  api = createClient(url).api;
});
afterAll(async () => {
  expect(repository.faults).toEqual([]);
  await repository.remove();
});

interface Reply {
  readonly ok: boolean;
  readonly status: number;
  json(): Promise<unknown>;
}

async function answer<R extends Reply>(
  reply: Promise<R>,
): Promise<Awaited<ReturnType<Extract<R, { readonly ok: true }>['json']>>> {
  const found = await reply;
  const body = await found.json();
  expect(found.status, JSON.stringify(body)).toBe(200);
  return body as Awaited<ReturnType<Extract<R, { readonly ok: true }>['json']>>;
}

async function refusal(reply: Promise<Reply>): Promise<readonly [number, string]> {
  const found = await reply;
  return [found.status, ((await found.json()) as ApiError).error.code];
}

test('a repository without a ledger opens, and says that nothing was recorded', async () => {
  expect(await answer(api.project.$get())).toMatchObject({
    name: 'repository',
    ledger: null,
    repository: { tracks: true, branch: 'main', head: second },
  });
  expect(await refusal(api.runs.$get({ query: {} }))).toEqual([404, 'ASSAY_API_NO_LEDGER']);
});

test('revisions are branches, tags by the commit they name, and the newest commits', async () => {
  const { branch, head, refs, commits } = await answer(api.revisions.$get());
  expect([branch, head]).toEqual(['main', second]);
  expect(refs.map(({ kind, name, commit }) => [kind, name, commit]).sort()).toEqual([
    ['branch', 'main', second],
    ['branch', 'side', first],
    ['tag', 'v1', first],
  ]);
  expect(commits.map(({ commit, subject, refs: names }) => [commit, subject, names])).toEqual([
    [second, 'More bottles', ['main']],
    [first, 'First bottles', ['side', 'v1']],
  ]);
});

describe('data', () => {
  test('lists what .dvc files and stages track', async () => {
    const { items } = await answer(api.data.$get());
    expect(items.map(({ path, kind, tracker, files, inCache }) => [path, kind, tracker, files, inCache])).toEqual([
      ['data/bottles', 'data', 'data/bottles.dvc', 5, true],
      ['data/ratings.csv', 'data', 'data/ratings.csv.dvc', null, true],
      ['model-reds.txt', 'stage', 'train@reds', null, true],
      ['model-whites.txt', 'stage', 'train@whites', null, true],
      ['prepared.txt', 'stage', 'prepare', null, true],
      ['score-reds.json', 'stage', 'train@reds', null, false],
      ['score-whites.json', 'stage', 'train@whites', null, false],
    ]);
  });

  test('an edit in the workspace is seen at the next look', async () => {
    const stateOf = async () =>
      (await answer(api.data.states.$get())).changed.find(({ path }) => path === 'data/ratings.csv')?.state;
    expect(await stateOf()).toBeUndefined();
    repository.write({ 'data/ratings.csv': 'id,quality\n1,5\n2,7\n' });
    expect(await stateOf()).toBe('modified');
    const diff = await answer(api.data.diff.$get({ query: { look: 'edited' } }));
    expect(diff.items).toMatchObject([
      { kind: 'modified', path: 'data/ratings.csv', before: { size: 15 }, after: { size: 19 } },
    ]);
    repository.write({ 'data/ratings.csv': 'id,quality\n1,5\n' });
    expect(await stateOf()).toBeUndefined();
    // The same look again, as it was; another one sees what is there now.
    expect((await answer(api.data.diff.$get({ query: { look: 'edited' } }))).total).toBe(1);
    expect((await answer(api.data.diff.$get({ query: { look: 'later' } }))).total).toBe(0);
  });

  test('the history has a version for each commit that changed it, not for each that changed its neighbour', async () => {
    const history = async (path: string) => (await answer(api.data.history.$get({ query: { path } }))).versions;
    expect((await history('data/bottles')).map((one) => [one.commit, one.change, one.files])).toEqual([
      [second, 'modified', 5],
      [first, 'added', 4],
    ]);
    expect((await history('data/ratings.csv')).map(({ commit, change }) => [commit, change])).toEqual([
      [first, 'added'],
    ]);
    const page = await answer(api.data.history.$get({ query: { path: 'data/bottles', limit: '1' } }));
    expect([page.versions.length, page.next]).toEqual([1, 1]);
    expect(await refusal(api.data.history.$get({ query: { path: 'secret.txt' } }))).toEqual([404, 'ASSAY_API_NO_DATA']);
  });

  test('a diff tells files by what became of them, with sizes, in pages, filtered', async () => {
    const query = { from: 'v1', to: 'main' };
    const all = await answer(api.data.diff.$get({ query }));
    expect(all.counts).toEqual({ added: 1, deleted: 0, modified: 1, renamed: 1 });
    expect(all.places).toEqual([{ path: 'data/bottles', added: 1, deleted: 0, modified: 1, renamed: 1 }]);
    expect(
      all.items.map(({ kind, path, newPath, before, after }) => [kind, path, newPath, before?.size, after?.size]),
    ).toEqual([
      ['modified', 'data/bottles/a.txt', null, 4, 9],
      ['renamed', 'data/bottles/b.txt', 'data/bottles/moved.txt', 4, 4],
      ['added', 'data/bottles/d.txt', null, undefined, 5],
    ]);
    const page = await answer(api.data.diff.$get({ query: { ...query, limit: '1', offset: '1' } }));
    expect([page.total, page.items.map(({ path }) => path)]).toEqual([3, ['data/bottles/b.txt']]);
    const moved = await answer(api.data.diff.$get({ query: { ...query, text: 'MOVED' } }));
    expect([moved.total, moved.counts.added]).toEqual([1, 1]);
    const back = await answer(api.data.diff.$get({ query: { from: 'main', to: 'side', kind: 'deleted' } }));
    expect(back.items.map(({ path }) => path)).toEqual(['data/bottles/d.txt']);
  });

  test('a file is given as a revision has it', async () => {
    const read = async (rev: string, path: string) => answer(api.data.text.$get({ query: { rev, path } }));
    expect(await read('v1', 'data/bottles/a.txt')).toEqual({ size: 4, kind: 'text', text: 'one\n' });
    expect(await read('workspace', 'data/bottles/a.txt')).toEqual({ size: 9, kind: 'text', text: 'one more\n' });
    expect(await read('HEAD', 'data/bottles/label.png')).toMatchObject({ kind: 'image', text: null });
    const image = await fetch(`${url}/api/data/image?rev=HEAD&path=data/bottles/label.png`);
    expect(image.headers.get('content-type')).toBe('image/png');
    expect(Buffer.from(await image.arrayBuffer()).equals(picture)).toBe(true);
  });
});

describe('hostile requests', () => {
  test.each(['--output=x', '-1', ' HEAD', 'HEAD\nx', ''])('the revision %j is refused', async (from) => {
    const [status] = await refusal(fetch(`${url}/api/data/diff?from=${encodeURIComponent(from)}`));
    expect(status).toBe(400);
  });

  test('an unknown revision is told to be unknown', async () => {
    expect(await refusal(api.data.diff.$get({ query: { from: 'nowhere' } }))).toEqual([404, 'ASSAY_DVC_NO_REVISION']);
  });

  test.each(['../etc/passwd', 'data/bottles/../../secret.txt', 'data//bottles', './data', 'data/a\0'])(
    'the path %j is refused',
    async (path) => {
      const [status] = await refusal(fetch(`${url}/api/data/text?rev=workspace&path=${encodeURIComponent(path)}`));
      expect(status).toBe(400);
    },
  );

  test('nothing is read but tracked data, nor where a link in it leads outside', async () => {
    const read = (path: string) => refusal(api.data.text.$get({ query: { rev: 'workspace', path } }));
    expect(await read('secret.txt')).toEqual([404, 'ASSAY_API_NO_DATA']);
    expect(await read('/etc/hostname')).toEqual([404, 'ASSAY_API_NO_DATA']);
    const link = join(repository.root, 'data/bottles/out.txt');
    symlinkSync('/etc/hostname', link);
    expect(await read('data/bottles/out.txt')).toEqual([404, 'ASSAY_API_NO_DATA']);
    rmSync(link);
  });
});

describe('experiments', () => {
  test('rows are the workspace, the commit and its experiments; values stand under columns', async () => {
    const rev = repository.experiment('deeper', { 'params.yaml': 'depth: 7\nwide: true\n' });
    const { columns, rows } = await answer(api.experiments.$get({ query: {} }));
    const depth = columns.findIndex(({ kind, name }) => kind === 'params' && name === 'depth');
    const f1 = columns.findIndex(({ kind, name }) => kind === 'metrics' && name === 'f1');
    expect(rows.map((row) => [row.kind, row.rev, row.name, row.values[depth], row.values[f1]])).toEqual([
      ['workspace', 'workspace', null, 3, 0.5],
      ['baseline', second, 'main', 3, 0.5],
      ['experiment', rev, 'deeper', 7, 0.5],
    ]);
    const past = await answer(api.experiments.$get({ query: { scope: 'past' } }));
    expect(past.rows.filter(({ kind }) => kind === 'baseline').map((row) => row.rev)).toEqual([second, first]);
  });

  test('a plot is drawn over the revisions that are asked for', async () => {
    const { plots } = await answer(api.plots.$get({ query: { rev: ['main', 'deeper'] } }));
    expect(plots.map(({ type, id }) => [type, id])).toEqual([['vega', 'loss.csv']]);
    const [plot] = plots;
    expect(JSON.stringify(plot)).toContain('"rev":"deeper"');
    expect(await refusal(api.plots.$get({ query: { rev: 'nowhere' } }))).toEqual([404, 'ASSAY_DVC_NO_REVISION']);
    const [status] = await refusal(api.plots.$get({ query: { rev: '--all' } }));
    expect(status).toBe(400);
    const [many] = await refusal(api.plots.$get({ query: { rev: Array.from({ length: 13 }, () => 'main') } }));
    expect(many).toBe(400);
  });
});

describe('the pipeline', () => {
  test('is a graph of stages and the data they need, with parameters, metrics and groups', async () => {
    const { stages, unused } = await answer(api.pipeline.$get());
    expect(stages.map(({ id, kind, group, needs }) => [id, kind, group, needs])).toEqual([
      ['data/ratings.csv.dvc', 'data', null, []],
      ['prepare', 'stage', null, ['data/ratings.csv.dvc']],
      ['train@reds', 'stage', 'train', ['prepare']],
      ['train@whites', 'stage', 'train', ['prepare']],
    ]);
    expect(unused).toBe(1);
    const reds = stages.find(({ id }) => id === 'train@reds')!;
    expect(reds.parameters).toEqual([{ file: 'params.yaml', name: 'depth', value: 3 }]);
    expect(reds.metrics).toEqual([{ file: 'score-reds.json', name: 'f1', value: 0.5 }]);
    expect(reds.dependencies).toMatchObject([{ path: 'prepared.txt', from: 'prepare' }]);
    expect(reds).toMatchObject({ isLocked: false, lastRun: null, commands: ['echo train reds > model-reds.txt'] });
  });

  test('says why a stage is not up to date', async () => {
    const { changed } = await answer(api.pipeline.states.$get());
    expect(changed.map(({ id }) => id)).toEqual(['prepare', 'train@reds', 'train@whites']);
    expect(changed[0]!.reasons).toContainEqual({
      what: 'dependency',
      path: 'data/ratings.csv',
      name: null,
      state: 'modified',
    });
    expect(changed[1]!.reasons).toContainEqual({ what: 'dependency', path: 'params.yaml', name: null, state: 'new' });
  });

  test('a file that cannot be read is told of in place of the graph', async () => {
    repository.write({ 'dvc.yaml': 'stages: [' });
    expect(await refusal(api.pipeline.$get())).toEqual([409, 'ASSAY_DVC_YAML']);
    repository.write({ 'dvc.yaml': pipeline });
  });
});
