import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Artifact, RecordStore } from '../records/index.ts';
import { ledgerIn } from '../records/ledger-fixture.ts';
import { ModelRegistry, type Registration } from './registry.ts';

let folder: string;
let records: RecordStore;
let registry: ModelRegistry;
let run: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'models-'));
  records = await ledgerIn(folder).open();
  registry = new ModelRegistry(records);
  const [sealed] = await records.append([
    {
      kind: 'run',
      id: 'r',
      version: '1:0:0',
      event: 'created',
      body: { mediaType: 'text/plain', bytes: Buffer.from('') },
    },
  ]);
  run = `record:${sealed!.hash}`;
});
afterEach(async () => {
  await records.close();
  rmSync(folder, { recursive: true });
});

function registration(files: Readonly<Record<string, string>>, more: Partial<Registration> = {}): Registration {
  const labels = ['down', 'up'];
  return {
    name: 'm',
    signature: {
      inputs: [{ name: 'tokens', datatype: 'INT64', shape: [-1, -1] }],
      outputs: [{ name: 'probabilities', datatype: 'FP32', shape: [-1, 2] }],
      labels,
    },
    artifacts: Object.entries(files).map(([name, text]) => artifact(name, text)),
    files: ['model.onnx'],
    scores: {},
    run,
    stageRun: run,
    ...more,
  };
}

function artifact(name: string, text: string): Artifact {
  const of = (algorithm: string) => createHash(algorithm).update(text).digest('hex');
  return { name, md5: of('md5'), sha256: of('sha256'), size: text.length };
}

const register = async (files: Readonly<Record<string, string>>, more?: Partial<Registration>) => {
  const { version, created } = await registry.register(registration(files, more));
  return [version.body.version, version.body.because, created];
};

describe('versions', () => {
  it('are major after another signature, minor after another model, patch after other words, none after nothing', async () => {
    const files = { 'model.onnx': 'a', 'evaluation.json': '1' };
    expect(await register(files)).toEqual(['1:0:0', 'the first version', true]);
    expect(await register(files)).toEqual(['1:0:0', 'the first version', false]);
    expect(await register({ ...files, 'model.onnx': 'b' })).toEqual(['1:1:0', 'model.onnx changed', true]);
    const told = 'only what is told about it changed';
    expect(await register({ ...files, 'model.onnx': 'b' }, { description: 'x' })).toEqual(['1:1:1', told, true]);
    const judged = { 'model.onnx': 'b', 'evaluation.json': '2' };
    expect(await register(judged, { description: 'x' })).toEqual(['1:1:2', told, true]);
    const { signature } = registration({});
    expect(await register(judged, { signature: { ...signature, labels: ['up', 'down'] } })).toEqual([
      '2:0:0',
      'inputs, outputs or labels changed',
      true,
    ]);
    expect((await registry.versions('m')).map(({ body }) => [body.ordinal, body.version])).toEqual([
      [5, '2:0:0'],
      [4, '1:1:2'],
      [3, '1:1:1'],
      [2, '1:1:0'],
      [1, '1:0:0'],
    ]);
  });

  it('are not made anew for what an older one is already', async () => {
    await register({ 'model.onnx': 'a' });
    await register({ 'model.onnx': 'b' });
    expect(await register({ 'model.onnx': 'a' })).toEqual(['1:0:0', 'the first version', false]);
    expect((await registry.versions('m')).map(({ body }) => body.version)).toEqual(['1:1:0', '1:0:0']);
  });

  it('may be chosen by hand, above the newest one only', async () => {
    await register({ 'model.onnx': 'a' }, { version: '0:1:0' });
    expect(await register({ 'model.onnx': 'b' }, { version: '0:10:0' })).toEqual([
      '0:10:0',
      'chosen by hand; proposed was 0:2:0 (model.onnx changed)',
      true,
    ]);
    for (const [version, code] of [
      ['0:9:9', 'ASSAY_MODEL_VERSION_ORDER'],
      ['0:10:0', 'ASSAY_MODEL_VERSION_ORDER'],
      ['1.0.0', 'ASSAY_MODEL_VERSION_FORM'],
      ['01:0:0', 'ASSAY_MODEL_VERSION_FORM'],
    ] as const)
      await expect(register({ 'model.onnx': 'c' }, { version })).rejects.toMatchObject({ code });
  });

  it('registered at the same time follow each other', async () => {
    const all = await Promise.all(
      ['a', 'b', 'c'].map((text) => registry.register(registration({ 'model.onnx': text }))),
    );
    expect(all.map(({ version }) => version.body.ordinal).sort()).toEqual([1, 2, 3]);
  });

  it('are of models with names that can stand in paths and references', async () => {
    for (const name of ['', '__proto__', '../m', 'a/b', 'a@b', 'a\nb', 'é', 'x'.repeat(101)])
      await expect(register({ 'model.onnx': 'a' }, { name })).rejects.toMatchObject({ code: 'ASSAY_MODEL_NAME' });
    await register({ 'model.onnx': 'a' }, { name: 'constructor' });
    expect(await registry.names()).toEqual(['constructor']);
  });
});

describe('stages', () => {
  beforeEach(async () => {
    for (const text of ['a', 'b', 'c']) await register({ 'model.onnx': text });
  });
  const promote = async (reference: string, stage = 'production') => {
    const { sealed, moved, from } = await registry.promote(await registry.findToPromote(reference), stage);
    return [sealed.record.version, sealed.record.event, moved, from];
  };
  const found = async (reference: string) => (await registry.find(reference)).body.version;

  it('point to one version each; each move is a record, going back is told as such', async () => {
    expect(await promote('m@1:0:0')).toEqual(['1:0:0', 'created', true, undefined]);
    expect(await promote('m@1:1:0')).toEqual(['1:1:0', 'updated', true, '1:0:0']);
    expect(await promote('m@1:1:0')).toEqual(['1:1:0', 'updated', false, '1:1:0']);
    expect(await promote('m@1:0:0')).toEqual(['1:0:0', 'rolled-back', true, '1:1:0']);
    expect(await promote('m', 'staging')).toEqual(['1:2:0', 'created', true, undefined]);
    expect((await registry.versions('m')).map(({ stages }) => stages)).toEqual([['staging'], [], ['production']]);
    expect((await records.history('model-stage', 'm/production')).length).toBe(3);
  });

  it('name versions in references; a bare name is production, or the newest where the move is asked for', async () => {
    expect(await found('m')).toBe('1:2:0');
    await promote('m@1:0:0');
    expect(await Promise.all(['m', 'model-version/m', 'm@production', 'm@1:1:0'].map(found))).toEqual([
      '1:0:0',
      '1:0:0',
      '1:0:0',
      '1:1:0',
    ]);
    expect(await promote('model-version/m', 'staging')).toEqual(['1:2:0', 'created', true, undefined]);
    for (const reference of ['x', 'm@9:9:9', 'm@', 'm@__proto__', '', '@', 'm@production@'])
      await expect(registry.find(reference)).rejects.toMatchObject({ code: 'ASSAY_MODEL_NOT_FOUND' });
  });

  it('moved at the same time are both moved, one after the other', async () => {
    const versions = await registry.versions('m');
    await Promise.all(versions.map((version) => registry.promote(version, 'production')));
    expect((await records.history('model-stage', 'm/production')).map(({ record }) => record.revision)).toEqual([
      1, 2, 3,
    ]);
  });

  it('have names of small letters, digits and hyphens', async () => {
    const version = await registry.find('m');
    for (const stage of ['', 'Production', '1:0:0', 'a/b', '-a', 'a\n'])
      await expect(registry.promote(version, stage)).rejects.toMatchObject({ code: 'ASSAY_MODEL_STAGE_NAME' });
  });
});
