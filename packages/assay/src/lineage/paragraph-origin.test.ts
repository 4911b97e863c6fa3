import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SealedRecord } from '../records/index.ts';
import {
  findReference,
  type LineageContext,
  paragraphOrigin,
  readExamples,
  readParagraphs,
  trainingOf,
  walk,
} from './index.ts';
import { excerptOf } from './paragraph-origin.ts';
import { createTrainedProject, type TrainedProject } from './testing/trained-project.ts';

describe('from a model back to the filings', () => {
  let trained: TrainedProject;
  let context: LineageContext;
  let model: SealedRecord;
  /** As they came, by accession. */
  const filings = new Map<string, Buffer>();

  beforeAll(async () => {
    trained = await createTrainedProject();
    trained.assay('run', 'pipeline.yaml');
    const { root } = trained.project;
    for (const name of readdirSync(join(root, 'filings'))) {
      filings.set(name.replace('.txt', ''), readFileSync(join(root, 'filings', name)));
    }
    // What the working tree holds now is not what the model was made from.
    for (const folder of ['filings', 'build']) rmSync(join(root, folder), { recursive: true });
    writeFileSync(join(root, 'filings'), 'something else');
    context = { records: trained.records, files: trained.files };
    model = (await trained.models.find('calls')).sealed;
  }, 60_000);
  afterAll(() => trained.remove());

  test('every paragraph of the model leads to the bytes of its filing', async () => {
    const examples = await readExamples(context, model, []);
    expect(new Set(examples.map(({ part }) => part))).toEqual(new Set(['train', 'dev', 'test']));
    expect(examples.length).toBeGreaterThan(100);
    for (const { id } of examples) {
      const { paragraph, filing, excerpt } = await paragraphOrigin(context, model, id);
      const bytes = filings.get(id.split('#')[0]!)!;
      expect(filing).toMatchObject({
        accession: id.split('#')[0],
        sha256: createHash('sha256').update(bytes).digest('hex'),
        size: bytes.length,
      });
      const { before, text, after } = excerpt;
      expect(text).toBe(bytes.subarray(paragraph.start, paragraph.end).toString('utf8'));
      expect(bytes.toString('utf8')).toContain(before + text + after);
      // The paragraph's text is the filing's with its white space folded.
      expect(text.replace(/\s+/g, ' ').trim()).toBe(paragraph.text);
    }
  });

  test('the chain goes from the version to the filing, each step by what the one before names', async () => {
    const [example] = await readExamples(context, model, []);
    const { chain, filing } = await paragraphOrigin(context, model, example!.id);
    const names = chain.nodes.map((node) =>
      node.type === 'record' ? node.sealed.record.id.replace(/^[0-9a-f]{32}/, 'RUN') : node.names[0],
    );
    expect(names).toEqual([
      'calls',
      'RUN/train',
      'build/paragraphs/',
      'RUN/parse',
      'build/filings/',
      'RUN/ingest',
      `build/filings/${filing.path}`,
    ]);
    expect(chain.nodes.at(-1)?.ref).toBe(`sha256:${filing.sha256}`);
    const ends = new Set(chain.edges.flatMap(({ from, to }) => [from, to]));
    expect(ends).toEqual(new Set(chain.nodes.map(({ ref }) => ref)));
    for (const { from, to, role } of chain.edges) {
      if (role === 'made') continue;
      const user = await trained.records.get(to.replace('record:', ''));
      expect(user?.record.parents).toContainEqual({ role, ref: from });
    }
  });

  test('the examples say what the model predicted, with probabilities that add up to 1', async () => {
    for (const { predicted, probabilities } of await readExamples(context, model, [])) {
      const values = Object.entries(probabilities!);
      expect(values.reduce((sum, [, value]) => sum + value, 0)).toBeCloseTo(1, 5);
      expect(values.find(([label]) => label === predicted)![1]).toBe(Math.max(...values.map(([, value]) => value)));
    }
  });

  test('paragraphs are those of the parse stage, though it was the model that was asked', async () => {
    const paragraphs = await readParagraphs(context, await trainingOf(context, model));
    const makers = new Set([...paragraphs.values()].map(({ stageRun }) => stageRun.record.id.split('/')[1]));
    expect([...makers]).toEqual(['parse']);
  });

  test('a run whose stages are all cached leads to the stage runs of the run that executed them', async () => {
    const [second, first] = await trained.records.list({ kind: 'run', limit: 2 });
    const root = await findReference(trained.records, `run/${second!.record.id}`);
    const { nodes } = await walk(trained.records, root, { direction: 'up', depth: 20 });
    const stageRuns = nodes.flatMap((node) =>
      node.type === 'record' && node.sealed.record.kind === 'stage-run' ? [node.sealed.record.id] : [],
    );
    const executed = first!.record.id;
    expect(stageRuns.sort()).toEqual([`${executed}/ingest`, `${executed}/parse`, `${executed}/train`]);
  });

  test('`assay lineage` prints the way back, each thing in full once', () => {
    const tree = trained.assay('lineage', 'model-version/calls');
    const lines = tree.split('\n').map((line) => line.replace(/[0-9a-f]{32}/, 'RUN'));
    expect(lines[0]).toMatch(/^model-version\/calls@1:0:0 /);
    expect(lines[1]).toMatch(/^├─ trained-by: stage-run\/RUN\/train@1:0:0 /);
    expect(lines[2]).toMatch(/^│ {2}├─ paragraphs: build\/paragraphs\/ sha256:/);
    expect(lines.filter((line) => line.includes('RUN/train@1:0:0') && !line.includes('(see above)'))).toHaveLength(1);
    const { root, nodes, edges } = JSON.parse(trained.assay('lineage', 'model-version/calls', '--json'));
    expect(root).toBe(nodes[0].ref);
    expect(edges).toContainEqual({ from: expect.stringMatching(/^record:/), to: root, role: 'trained-by' });
    const down = trained.assay('lineage', nodes.at(-1).ref, '--down', '--depth', '2');
    expect(down.split('\n')[1]).toMatch(/^└─ |^├─ /);
  });

  test('a paragraph that it has not seen is refused', async () => {
    await expect(paragraphOrigin(context, model, '0000000000-00-000000#1')).rejects.toMatchObject({
      code: 'ASSAY_LINEAGE_PARAGRAPH_NOT_FOUND',
    });
  });

  test('a record that names no stage run has no paragraphs', async () => {
    const run = (await trained.records.list({ kind: 'run', limit: 1 }))[0]!;
    await expect(readExamples(context, run, [])).rejects.toMatchObject({ code: 'ASSAY_LINEAGE_NO_STAGE_RUN' });
  });
});

describe('excerptOf', () => {
  const characters = fc.constantFrom('a', ' ', '\n', 'é', '€', '😀');

  test('cuts between characters, and gives the span exactly', () => {
    fc.assert(
      fc.property(
        fc.array(characters, { minLength: 1, maxLength: 6000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (text, a, b) => {
          const [first, last] = [Math.floor(a * text.length), Math.floor(b * text.length)].sort((x, y) => x - y);
          const encode = (part: readonly string[]) => Buffer.from(part.join(''));
          const bytes = encode(text);
          const start = encode(text.slice(0, first)).length;
          const end = start + encode(text.slice(first, last)).length;
          const excerpt = excerptOf(bytes, start, end);
          expect(excerpt.text).toBe(text.slice(first, last).join(''));
          const whole = excerpt.before + excerpt.text + excerpt.after;
          expect(whole).toBe(bytes.subarray(excerpt.start, excerpt.end).toString('utf8'));
          expect(whole).not.toContain('�');
          expect(start - excerpt.start).toBeLessThanOrEqual(1500);
          expect(excerpt.end - end).toBeLessThanOrEqual(1500);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('reads bytes that are not UTF-8 as windows-1252', () => {
    const bytes = Buffer.from('we said \x93yes\x94 to it', 'latin1');
    expect(excerptOf(bytes, 8, 13)).toMatchObject({ before: 'we said ', text: '“yes”', after: ' to it' });
  });
});
