import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Artifact, Parent, RecordStore, SealedRecord } from '../records/index.ts';
import { draftOf, type LedgerFixture, ledgerIn } from '../records/ledger-fixture.ts';
import { findReference, type Lineage, walk } from './index.ts';

let folder: string;
let ledger: LedgerFixture;
let records: RecordStore;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay-lineage-'));
  ledger = ledgerIn(folder);
  records = await ledger.open();
});
afterEach(async () => {
  await records.close();
  await ledger.objects.index.close();
  rmSync(folder, { recursive: true, force: true });
});

const digest = (name: string) => createHash('sha256').update(name).digest('hex');
const object = (name: string) => `sha256:${digest(name)}`;
const ref = (sealed: SealedRecord) => `record:${sealed.hash}`;
const artifact = (name: string, content = name): Artifact => ({
  name,
  sha256: digest(content),
  md5: createHash('md5').update(content).digest('hex'),
  size: content.length,
});

async function seal(
  kind: string,
  id: string,
  parents: readonly (readonly [role: string, ref: string])[] = [],
  artifacts: readonly Artifact[] = [],
): Promise<SealedRecord> {
  const links = parents.map(([role, target]): Parent => ({ role, ref: target }));
  const [sealed] = await records.append([draftOf(id, { kind, parents: links, artifacts })]);
  return sealed!;
}

/** What a walk found, by names: each node by its id or its content, each edge as `from -role-> to`. */
async function walked(
  from: string,
  direction: 'up' | 'down',
  depth = 20,
): Promise<{ lineage: Lineage; edges: string[] }> {
  const lineage = await walk(records, await findReference(records, from), { direction, depth });
  const names = new Map(
    lineage.nodes.map((node) => [
      node.ref,
      node.type === 'record' ? node.sealed.record.id : (node.names[0] ?? 'from outside'),
    ]),
  );
  const edges = lineage.edges.map(({ from: a, role, to }) => `${names.get(a)} -${role}-> ${names.get(to)}`);
  return { lineage, edges: edges.sort() };
}

/** ingest → (filings/) → parse → (paragraphs) → train → (model) → a version in production; the run holds all three. */
async function smallPipeline() {
  const pipeline = await seal('pipeline', 'calls');
  const ingest = await seal(
    'stage-run',
    'r1/ingest',
    [
      ['pipeline', ref(pipeline)],
      ['source', object('raw')],
    ],
    [artifact('filings/', 'manifest'), artifact('filings/1.txt')],
  );
  const parse = await seal(
    'stage-run',
    'r1/parse',
    [
      ['filings', object('manifest')],
      ['stage-run', ref(ingest)],
    ],
    [artifact('paragraphs')],
  );
  const train = await seal(
    'stage-run',
    'r1/train',
    [
      ['paragraphs', object('paragraphs')],
      ['stage-run', ref(parse)],
    ],
    [artifact('model')],
  );
  const run = await seal(
    'run',
    'r1',
    [ingest, parse, train].map((stage) => ['stage-run', ref(stage)]),
  );
  const version = await seal(
    'model-version',
    'tone',
    [
      ['run', ref(run)],
      ['trained-by', ref(train)],
    ],
    [artifact('model')],
  );
  return { pipeline, ingest, parse, train, run, version };
}

describe('upwards', () => {
  test('goes from a model version through every stage to the data from outside, each thing once', async () => {
    await smallPipeline();
    const { lineage, edges } = await walked('stage-run/r1/train', 'up');
    expect(edges).toEqual([
      'calls -pipeline-> r1/ingest',
      'filings/ -filings-> r1/parse',
      'from outside -source-> r1/ingest',
      'paragraphs -paragraphs-> r1/train',
      'r1/ingest -made-> filings/',
      'r1/parse -made-> paragraphs',
    ]);
    expect(lineage.nodes[0]).toMatchObject({ type: 'record', depth: 0 });
    expect(lineage.nodes.map(({ depth }) => depth)).toEqual([...lineage.nodes.map(({ depth }) => depth)].sort());
    expect(lineage.truncated).toBe(false);
  });

  test('an object comes from the stage run that made it, not from the version that lists it', async () => {
    const { train } = await smallPipeline();
    const { lineage } = await walked(object('model'), 'up', 1);
    expect(lineage.nodes.map(({ ref: name }) => name)).toEqual([object('model'), ref(train)]);
  });

  test('what two runs made alike comes from the one that the user names', async () => {
    const first = await seal('stage-run', 'r1/parse', [], [artifact('same')]);
    const second = await seal('stage-run', 'r2/parse', [], [artifact('same')]);
    await seal('stage-run', 'r2/label', [
      ['texts', object('same')],
      ['stage-run', ref(second)],
    ]);
    await seal('stage-run', 'r3/label', [['texts', object('same')]]);
    expect((await walked('stage-run/r2/label', 'up')).edges).toContain('r2/parse -made-> same');
    // Nothing names who made it: the oldest.
    expect((await walked('stage-run/r3/label', 'up')).lineage.nodes.map((node) => node.ref)).toContain(ref(first));
  });

  test('a stage that only hands an object on did not make it', async () => {
    await seal('stage-run', 'r1/parse', [], [artifact('texts')]);
    await seal('stage-run', 'r1/copy', [['texts', object('texts')]], [artifact('texts')]);
    expect((await walked(object('texts'), 'up')).edges).toEqual(['r1/parse -made-> texts']);
  });

  test('leaves earlier revisions out', async () => {
    const old = await seal('pipeline', 'calls');
    const [next] = await records.append([
      draftOf('calls', { kind: 'pipeline', event: 'updated', parents: [{ role: 'previous', ref: ref(old) }] }),
    ]);
    expect((await walked(ref(next!), 'up')).lineage.nodes).toHaveLength(1);
  });

  test('stops at the depth, and says so', async () => {
    await smallPipeline();
    const { lineage } = await walked('stage-run/r1/train', 'up', 2);
    expect(lineage.nodes.map(({ depth }) => depth)).toEqual([0, 1, 2]);
    expect(lineage.truncated).toBe(true);
    // No edge leads to what is not there.
    const refs = new Set(lineage.nodes.map((node) => node.ref));
    expect(lineage.edges.every(({ from, to }) => refs.has(from) && refs.has(to))).toBe(true);
  });

  test('stops at the most nodes', async () => {
    await smallPipeline();
    const root = await findReference(records, 'run/r1');
    const lineage = await walk(records, root, { direction: 'up', depth: 20, mostNodes: 3 });
    expect(lineage.nodes).toHaveLength(3);
    expect(lineage.truncated).toBe(true);
  });

  test('ends where records name each other', async () => {
    // Made of what it takes: no stage does this, but the walk must end.
    await seal('stage-run', 'a', [['in', object('y')]], [artifact('x')]);
    await seal('stage-run', 'b', [['in', object('x')]], [artifact('y')]);
    expect((await walked('stage-run/a', 'up')).lineage.nodes).toHaveLength(4);
  });
});

describe('downwards', () => {
  test('goes from a stage to the model versions that came of it', async () => {
    await smallPipeline();
    const { edges } = await walked('stage-run/r1/parse', 'down');
    expect(edges).toEqual([
      'paragraphs -paragraphs-> r1/train',
      'r1 -run-> tone',
      'r1/parse -made-> paragraphs',
      'r1/parse -stage-run-> r1',
      'r1/train -made-> model',
      'r1/train -stage-run-> r1',
      'r1/train -trained-by-> tone',
    ]);
  });

  test('goes from a file through the folder it is in to what took the folder', async () => {
    await smallPipeline();
    const { edges } = await walked(object('filings/1.txt'), 'down', 2);
    expect(edges).toEqual(['filings/ -filings-> r1/parse', 'filings/1.txt -part-of-> filings/']);
  });

  test('goes from data from outside to what took it', async () => {
    await smallPipeline();
    expect((await walked(object('raw'), 'down', 1)).edges).toEqual(['from outside -source-> r1/ingest']);
  });
});

describe('references', () => {
  test('an object that no record names is unknown', async () => {
    await expect(findReference(records, object('nothing'))).rejects.toMatchObject({
      code: 'ASSAY_LINEAGE_OBJECT_UNKNOWN',
    });
  });

  test('a record is found by its id and by the beginning of its hash', async () => {
    const { ingest } = await smallPipeline();
    for (const text of ['stage-run/r1/ingest', 'stage-run/r1/ingest@1:0:0', ingest.hash.slice(0, 10), ref(ingest)]) {
      expect(await findReference(records, text)).toMatchObject({ type: 'record', ref: ref(ingest) });
    }
  });
});
