import { generateKeyPairSync } from 'node:crypto';
import { cpSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyAttestation } from './index.ts';
import { checkName } from './model-signing.ts';
import { type AttestedModel, createAttestedModel } from './testing/attested-model.ts';

let model: AttestedModel;
let key: string;
beforeAll(async () => {
  model = await createAttestedModel();
  key = readFileSync(model.pem, 'utf8');
});
afterAll(() => model.remove());

const copied = (change: (folder: string) => void): string => {
  const folder = join(model.folder, 'copy');
  rmSync(folder, { recursive: true, force: true });
  cpSync(model.signed, folder, { recursive: true });
  change(folder);
  return folder;
};

describe('a statement of provenance', () => {
  it('names the files, what they were made from, and how; its making is sealed', async () => {
    const { payload } = JSON.parse(readFileSync(model.provenance, 'utf8'));
    const statement = JSON.parse(Buffer.from(payload, 'base64').toString());
    expect(statement.subject.map(({ name }: { name: string }) => name)).toContain('model.onnx');
    expect(statement.predicate.buildDefinition).toMatchObject({
      externalParameters: { model: 'calls', version: '1:0:0', parameters: { epochs: 3 }, commands: [['train']] },
      resolvedDependencies: [{ name: 'paragraphs.jsonl' }],
    });
    const sealed = await model.records.history('attestation', 'calls@1:0:0/in-toto');
    expect(sealed).toHaveLength(2);
    expect(sealed[0]?.record.parents).toEqual([{ role: 'attests', ref: `record:${model.version.sealed.hash}` }]);
  });

  it('is verified by its key only, with the files that it names', async () => {
    expect(await verifyAttestation(model.provenance, model.vkey, model.signed)).toMatchObject({
      problems: [],
      filesChecked: 4,
    });
    expect(await verifyAttestation(model.provenanceP256, key)).toMatchObject({ problems: [], filesChecked: 0 });
    await expect(verifyAttestation(model.provenance, key)).rejects.toMatchObject({
      code: 'ASSAY_ATTESTATION_SIGNATURE',
    });
    const changed = copied((folder) => writeFileSync(join(folder, 'model.onnx'), 'other weights'));
    expect((await verifyAttestation(model.provenance, model.vkey, changed)).problems).toEqual([
      'model.onnx is not the file that was signed',
    ]);
    const edited = join(model.folder, 'edited.json');
    const envelope = JSON.parse(readFileSync(model.provenance, 'utf8'));
    const payload = Buffer.from(envelope.payload, 'base64').toString().replace('calls', 'falls');
    writeFileSync(edited, JSON.stringify({ ...envelope, payload: Buffer.from(payload).toString('base64') }));
    await expect(verifyAttestation(edited, model.vkey)).rejects.toMatchObject({ code: 'ASSAY_ATTESTATION_SIGNATURE' });
  });
});

describe('a signed model', () => {
  it('is verified as it was written', async () => {
    expect(
      await verifyAttestation(
        copied(() => {}),
        key,
      ),
    ).toMatchObject({ problems: [], filesChecked: 4 });
  });

  it.each([
    ['a changed file', 'config.json', 'x', 'config.json is not the file that was signed'],
    ['a file more', 'more.txt', 'x', 'more.txt was not signed'],
    ['a file less', 'extra.txt', undefined, 'extra.txt is missing, or no plain file'],
  ])('is refused with %s', async (_, name, text, problem) => {
    const folder = copied((at) => (text === undefined ? rmSync(join(at, name)) : writeFileSync(join(at, name), text)));
    expect((await verifyAttestation(folder, key)).problems).toEqual([problem]);
  });

  it.each([
    ['a link in place of a file, to the same bytes', 'config.json', 'config.json is missing, or no plain file'],
    ['a link more', 'more.txt', 'more.txt was not signed'],
  ])('is refused with %s', async (_, name, problem) => {
    const folder = copied((at) => {
      const bytes = readFileSync(join(at, 'config.json'));
      rmSync(join(at, name), { force: true });
      writeFileSync(join(model.folder, 'elsewhere'), bytes);
      symlinkSync(join(model.folder, 'elsewhere'), join(at, name));
    });
    expect((await verifyAttestation(folder, key)).problems).toEqual([problem]);
  });

  it('is refused with another key, or when its folder is a link out of it', async () => {
    const folder = copied(() => {});
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const other = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    await expect(verifyAttestation(folder, other)).rejects.toMatchObject({ code: 'ASSAY_ATTESTATION_SIGNATURE' });
    const linked = copied((at) => symlinkSync(model.folder, join(at, 'more')));
    expect((await verifyAttestation(linked, key)).problems).toEqual([expect.stringContaining('more')]);
  });

  it('has no file that would lie elsewhere', () => {
    for (const name of ['../x', '/x', 'a//b', 'a/./b', '', 'a\\b', 'model.sig'])
      expect(() => checkName(name), name).toThrow(expect.objectContaining({ code: 'ASSAY_ATTESTATION_PATH' }));
    expect(() => checkName('a/b.txt')).not.toThrow();
  });
});
