import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  exportFolder,
  exportLedger,
  makeReceipt,
  nodeEd25519,
  type RecordStore,
  verifyLedger,
  verifyReceipt,
  withCosignatures,
} from '../records/index.ts';
import { draftOf, type LedgerFixture, ledgerIn } from '../records/ledger-fixture.ts';
import {
  cosignaturesOf,
  formatAddCheckpoint,
  parseCheckpoint,
  parseVkey,
  parseWitnessVkey,
  verifyCosigned,
  witnessPolicy,
} from '../records/proof/index.ts';
import {
  addLog,
  askWitnesses,
  createWitnessApp,
  listLogs,
  missedCosigned,
  openWitness,
  readCosigned,
} from './index.ts';

let folder: string;
let ledger: LedgerFixture;
let store: RecordStore;
let servers: Server[];
const clock = () => new Date('2026-01-02T03:04:05Z');
const environment = (name = 'home') => ({ ASSAY_HOME: join(folder, name) });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay-witness-'));
  ledger = ledgerIn(join(folder, 'ledger'));
  store = await ledger.open();
  servers = [];
  await store.append([draftOf('a'), draftOf('b'), draftOf('c')]);
});
afterEach(async () => {
  await store.close();
  for (const server of servers) server.close().closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
});

async function serve(name = 'home') {
  const witness = openWitness(environment(name), clock);
  addLog(environment(name), ledger.options.signer.vkey);
  const app = createWitnessApp(witness, () => undefined);
  const server = createServer(getRequestListener(app.fetch));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  servers.push(server);
  return { vkey: witness.vkey, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const ask = (records: RecordStore, witnesses: { vkey: string; url: string }[], quorum = witnesses.length) =>
  askWitnesses(records, {
    vkey: ledger.options.signer.vkey,
    quorum,
    witnesses,
    cosignedFile: join(folder, 'cosigned'),
    highWater: ledger.options.highWater,
    timeoutMs: 5000,
    signal: new AbortController().signal,
  });

const requestOf = async (records: RecordStore, oldSize: number) => {
  const checkpoint = (await records.checkpoint())!;
  const { size } = parseCheckpoint(checkpoint);
  return { oldSize, proof: await records.consistencyProof(oldSize, size), checkpoint };
};

/** Another ledger under the same key and name. */
async function otherLedger(name: string, ids: readonly string[]): Promise<RecordStore> {
  const other = join(folder, name);
  cpSync(join(folder, 'ledger', 'key.pem'), join(other, 'key.pem'), { recursive: true });
  const records = await ledgerIn(other).open();
  await records.append(ids.map((id) => draftOf(id)));
  return records;
}

test('a growing ledger is cosigned each time, from the size that the witness has seen', async () => {
  const witness = await serve();
  expect(await ask(store, [witness])).toMatchObject({ size: 3, cosigned: true });
  await store.append([draftOf('d'), draftOf('e')]);
  expect(await ask(store, [witness])).toMatchObject({ size: 5, cosigned: true });
  expect(await ask(store, [witness])).toMatchObject({ size: 5, cosigned: true });
  const note = readCosigned(join(folder, 'cosigned'))!;
  expect(cosignaturesOf(note, [parseWitnessVkey(witness.vkey)])).toMatchObject([{ time: clock().getTime() / 1000 }]);
  expect(listLogs(environment())).toMatchObject([{ origin: 'example.test/ledger', size: 5 }]);
});

test('a ledger that was rolled back, and one that forked, are named', async () => {
  const witness = await serve();
  await store.append([draftOf('d')]);
  await ask(store, [witness]);
  const behind = await otherLedger('behind', ['a', 'b']);
  expect(await ask(behind, [witness])).toMatchObject({
    cosigned: false,
    witnesses: [{ error: { code: 'ASSAY_WITNESS_AHEAD', message: expect.stringContaining('has seen 4 records') } }],
  });
  await behind.close();
  for (const ids of [
    ['w', 'x', 'y', 'z'],
    ['v', 'w', 'x', 'y', 'z'],
  ]) {
    const fork = await otherLedger(`fork ${ids.length}`, ids);
    expect(await ask(fork, [witness])).toMatchObject({
      cosigned: false,
      witnesses: [{ error: { code: 'ASSAY_WITNESS_FORKED', message: expect.stringContaining('at 4 records') } }],
    });
    await fork.close();
  }
  expect((await ask(store, [witness])).cosigned).toBe(true);
});

test('each way of asking wrongly has its own status, and changes nothing', async () => {
  const witness = openWitness(environment(), clock);
  const good = await requestOf(store, 0);
  const status = (change: Partial<typeof good>) =>
    witness.addCheckpoint(formatAddCheckpoint({ ...good, ...change })).status;
  expect(status({})).toBe(404);
  addLog(environment(), ledger.options.signer.vkey);
  expect(witness.addCheckpoint('old 0\n').status).toBe(400);
  expect(witness.addCheckpoint(formatAddCheckpoint(good).replace('old 0', 'old 00')).status).toBe(400);
  expect(status({ proof: Array(64).fill(new Uint8Array(32)) })).toBe(400);
  expect(status({ checkpoint: good.checkpoint.replace('\n3\n', '\n4\n') })).toBe(403);
  expect(status({ oldSize: 4 })).toBe(400);
  expect(witness.addCheckpoint(formatAddCheckpoint({ ...good, oldSize: 2 }))).toEqual({ status: 409, body: '0\n' });
  expect(status({ proof: [new Uint8Array(32)] })).toBe(422);
  expect(listLogs(environment())).toMatchObject([{ size: 0 }]);
  expect(status({})).toBe(200);
  await store.append([draftOf('d')]);
  const next = await requestOf(store, 3);
  expect(status({ ...next, proof: next.proof.slice(1) })).toBe(422);
  expect(status(next)).toBe(200);
  expect(status({ oldSize: 3 })).toBe(409);
});

test('of requests at once, one root is signed for one size', async () => {
  const witness = await serve();
  const fork = await otherLedger('at once', ['x', 'y', 'z']);
  const send = async (records: RecordStore) =>
    (
      await fetch(`${witness.url}/add-checkpoint`, {
        method: 'POST',
        body: formatAddCheckpoint(await requestOf(records, 0)),
      })
    ).status;
  const statuses = await Promise.all([store, fork, store, fork].map(send));
  await fork.close();
  expect(statuses.filter((status) => status === 200)).toHaveLength(1);
});

test('what it has seen outlives it, and a damaged memory cosigns nothing', async () => {
  const request = formatAddCheckpoint(await requestOf(store, 0));
  addLog(environment(), ledger.options.signer.vkey);
  expect(openWitness(environment(), clock).addCheckpoint(request).status).toBe(200);
  expect(openWitness(environment(), clock).addCheckpoint(request)).toEqual({ status: 409, body: '3\n' });
  const logs = join(folder, 'home/witness/logs');
  const file = join(logs, readdirSync(logs).find((name) => name.endsWith('.json'))!);
  writeFileSync(file, readFileSync(file, 'utf8').slice(0, 20));
  expect(() => openWitness(environment(), clock).addCheckpoint(request)).toThrow(
    /does not say what this witness has seen/,
  );
});

test('a receipt proves the quorum offline, and no more than there was', async () => {
  const [one, two] = [await serve('one'), await serve('two')];
  const away = { vkey: openWitness(environment('three'), clock).vkey, url: 'http://127.0.0.1:1' };
  const asked = await ask(store, [one, two, away], 2);
  expect(asked).toMatchObject({
    cosigned: true,
    witnesses: [{}, {}, { error: { code: 'ASSAY_WITNESS_UNREACHABLE' } }],
  });
  await store.append([draftOf('later')]);
  const cosigned = readCosigned(join(folder, 'cosigned'))!;
  const receipt = await makeReceipt(store, (await store.at(1))!, cosigned);
  const check = (vkeys: string[], quorum: number, of: unknown = receipt) =>
    verifyReceipt(of, ledger.options.signer.vkey, nodeEd25519, witnessPolicy(vkeys, quorum, nodeEd25519));
  expect(check([one.vkey, two.vkey, away.vkey], 2)).toMatchObject({ ok: true, checkpoint: { size: 3 } });
  expect(check([one.vkey, two.vkey, away.vkey], 3).checks).toContainEqual(
    expect.objectContaining({
      name: 'witnesses',
      status: 'failed',
      message: expect.stringContaining('2 of 3 witnesses'),
    }),
  );
  const bare = await makeReceipt(store, (await store.at(1))!);
  expect(check([one.vkey], 1, bare).ok).toBe(false);
  // The last record is not covered by what was cosigned.
  expect((await makeReceipt(store, (await store.at(3))!, cosigned)).proof).not.toContain(one.vkey.split('+')[0]!);
  expect(() => witnessPolicy([one.vkey, one.vkey], 2)).toThrow(/one key twice/);
});

test('a cosignature of another time, or of another checkpoint, does not fit', async () => {
  const witness = await serve();
  await ask(store, [witness]);
  const note = readCosigned(join(folder, 'cosigned'))!;
  await store.append([draftOf('d')]);
  const moved = `${await store.checkpoint()}${note.trimEnd().split('\n').at(-1)}\n`;
  expect(cosignaturesOf(note, [parseWitnessVkey(witness.vkey)])).toHaveLength(1);
  expect(() => cosignaturesOf(moved, [parseWitnessVkey(witness.vkey)])).toThrow(/does not fit the checkpoint/);
});

test('an old copy is noticed by the cosigned checkpoint alone', async () => {
  const witness = await serve();
  const cosignedFile = join(folder, 'cosigned');
  await store.close();
  cpSync(join(folder, 'ledger'), join(folder, 'backup'), { recursive: true });
  store = await ledger.open();
  await store.append([draftOf('d')]);
  await ask(store, [witness]);
  await store.close();
  rmSync(join(folder, 'ledger'), { recursive: true });
  cpSync(join(folder, 'backup'), join(folder, 'ledger'), { recursive: true });
  const { openSqliteRecords } = await import('../records/index.ts');
  await expect(openSqliteRecords({ ...ledger.options, cosignedFile })).rejects.toMatchObject({
    code: 'ASSAY_LEDGER_BEHIND',
  });
  store = await ledger.open();
  await store.append([draftOf('other')]);
  await store.close();
  await expect(openSqliteRecords({ ...ledger.options, cosignedFile })).rejects.toMatchObject({
    code: 'ASSAY_LEDGER_FORKED',
  });
  store = await ledger.open();
});

test('the checkpoint is exported with its cosignatures, and one that was taken away is missed', async () => {
  const witness = await serve();
  await ask(store, [witness]);
  const cosignedFile = join(folder, 'cosigned');
  const cosigned = readCosigned(cosignedFile)!;
  const newest = (await store.checkpoint())!;
  expect(withCosignatures(newest, cosigned)).toBe(cosigned);
  expect(withCosignatures(newest, undefined)).toBe(newest);
  expect(withCosignatures(newest, 'damaged')).toBe(newest);
  await store.append([draftOf('d')]);
  const later = (await store.checkpoint())!;
  expect(withCosignatures(later, cosigned)).toBe(later);
  // As of the cosigned one, although the ledger has grown.
  const out = join(folder, 'public');
  await exportLedger(store, exportFolder(out), { checkpoint: cosigned });
  const policy = witnessPolicy([witness.vkey], 1);
  const { vkey, name } = ledger.options.signer;
  expect(verifyCosigned(readFileSync(join(out, 'checkpoint'), 'utf8'), [parseVkey(vkey)], policy)).toMatchObject({
    size: 3,
  });
  expect(readdirSync(join(out, 'tile/0'))).toEqual(['000.p']);
  const verify = () => verifyLedger({ ...ledger.options, objects: ledger.objects, vkey, cosignedFile, policy });
  expect(await verify()).toMatchObject({ ok: true });
  expect(missedCosigned(cosignedFile, name, ledger.options.highWater)).toBeUndefined();
  rmSync(cosignedFile);
  expect((await verify()).failures).toMatchObject([
    { check: 'cosigned-file', message: expect.stringContaining('is missing') },
  ]);
  expect(missedCosigned(cosignedFile, name, ledger.options.highWater)).toBe(3);
  // An older one put in its place.
  await ask(store, [witness]);
  expect(await verify()).toMatchObject({ ok: true });
  writeFileSync(cosignedFile, cosigned);
  expect((await verify()).failures).toMatchObject([
    { check: 'cosigned-file', message: expect.stringContaining('is of 3') },
  ]);
  await ask(store, [witness]);
  expect(await verify()).toMatchObject({ ok: true });
});
