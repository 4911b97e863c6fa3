/** A ledger with one registered model, and both of its attestations: for tests. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoredFiles } from '../../lineage/index.ts';
import { ModelRegistry, type ModelVersion } from '../../models/index.ts';
import type { Artifact, RecordStore } from '../../records/index.ts';
import { ledgerIn } from '../../records/ledger-fixture.ts';
import { createActor } from '../../workspace/index.ts';
import { actorSigner, attest, p256Signer } from '../index.ts';

export interface AttestedModel {
  readonly folder: string;
  readonly records: RecordStore;
  readonly version: ModelVersion;
  /** The folder of the files, signed as a model, and the PEM of the key in a file. */
  readonly signed: string;
  readonly pem: string;
  /** The envelope with the provenance, signed by an actor, and by the P-256 key. */
  readonly provenance: string;
  readonly provenanceP256: string;
  readonly vkey: string;
  remove(): Promise<void>;
}

export async function createAttestedModel(): Promise<AttestedModel> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-attested-'));
  const ledger = ledgerIn(join(folder, 'ledger'));
  const records = await ledger.open();
  const artifact = async (name: string, text: string): Promise<Artifact> => {
    const { sha256 } = await ledger.objects.put(Buffer.from(text));
    return { name, md5: createHash('md5').update(text).digest('hex'), sha256, size: text.length };
  };
  const artifacts = [
    await artifact('model.onnx', 'the weights'),
    await artifact('config.json', '{"labels":["down","up"]}'),
    await artifact('extra/é 1.txt', 'a file in a folder'),
    await artifact('extra.txt', 'another beside it'),
  ];
  const input = await artifact('paragraphs.jsonl', '{}');
  const json = (body: unknown) => ({ mediaType: 'application/json', bytes: Buffer.from(JSON.stringify(body)) });
  const [source, stage, run] = await records.append([
    { kind: 'stage-run', id: 'r/parse', version: '1:0:0', event: 'created', body: json({}), artifacts: [input] },
    {
      kind: 'stage-run',
      id: 'r/train',
      version: '1:0:0',
      event: 'created',
      body: json({ stage: 'train', commands: [['train']], started: '2026-01-01T00:00:00.000Z' }),
      artifacts,
      parents: [{ role: 'paragraphs', ref: `sha256:${input.sha256}` }],
    },
    { kind: 'run', id: 'r', version: '1:0:0', event: 'created', body: json({ parameters: { epochs: 3 } }) },
  ]);
  if (!source || !stage || !run) throw new Error('nothing was sealed');
  const { version } = await new ModelRegistry(records).register({
    name: 'calls',
    signature: { inputs: [], outputs: [], labels: ['down', 'up'] },
    artifacts,
    files: ['model.onnx'],
    scores: {},
    run: `record:${run.hash}`,
    stageRun: `record:${stage.hash}`,
  });
  const environment = { ASSAY_HOME: join(folder, 'home') };
  const actor = actorSigner(createActor(environment, new Date()).key);
  const p256 = p256Signer(environment);
  const context = { records, files: new StoredFiles(ledger.objects), origin: ledger.options.signer.name };
  const [signed, provenance, provenanceP256] = ['signed', 'ed25519.json', 'p256.json'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  await attest('model-signing', signed, version, { ...context, signer: p256 });
  await attest('in-toto', provenance, version, { ...context, signer: actor });
  await attest('in-toto', provenanceP256, version, { ...context, signer: p256 });
  const pem = join(folder, 'key.pem');
  writeFileSync(pem, p256.publicKey);
  return {
    folder,
    records,
    version,
    signed,
    pem,
    provenance,
    provenanceP256,
    vkey: actor.publicKey,
    async remove() {
      await records.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
