import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { describeRecords } from '../../packages/assay/src/records/contract.ts';
import { draftOf, type LedgerFixture, ledgerIn } from '../../packages/assay/src/records/ledger-fixture.ts';
import { PostgresServer } from './postgres-server.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await PostgresServer.start();
});
afterAll(() => server?.remove());

const fresh = async (folder: string): Promise<LedgerFixture> => ledgerIn(folder, undefined, await server.newDatabase());

describeRecords('PostgreSQL', fresh);

describe('PostgreSQL', () => {
  let folder: string;
  let ledger: LedgerFixture;
  let url: string;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'assay-postgres-'));
    url = await server.newDatabase();
    ledger = ledgerIn(folder, undefined, url);
    return () => rmSync(folder, { recursive: true, force: true });
  });

  async function sql(text: string, address = url): Promise<void> {
    const client = new pg.Client({ connectionString: address });
    await client.connect();
    await client.query(text).finally(() => client.end());
  }

  test('what was changed in any table is told, and the twin that was not is right', async () => {
    const store = await ledger.open();
    for (const id of ['a', 'b', 'c', 'd']) {
      await store.append([draftOf(id, { parents: [{ role: 'from', ref: `sha256:${'0'.repeat(64)}` }] })]);
    }
    await store.close();
    expect(await ledger.verify()).toMatchObject({ ok: true, records: 4 });
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    for (const [change, check] of [
      ['UPDATE assay.record SET entry = set_byte(entry, 20, 65) WHERE idx = 2', 'leaf-hash'],
      ["UPDATE assay.record SET kind = 'other' WHERE idx = 1", 'record-row'],
      ['DELETE FROM assay.record WHERE idx = 1', 'index'],
      ["UPDATE assay.node SET hash = sha256('x') WHERE level = 2", 'tree-node'],
      ["UPDATE assay.body SET bytes = 'y' WHERE slot = 2", 'body'],
      ['DELETE FROM assay.body WHERE slot = 4', 'body'],
      ['DELETE FROM assay.link WHERE idx = 3', 'link'],
      ['UPDATE assay.head SET size = 3, note = NULL', 'database'],
      ["UPDATE assay.checkpoint SET note = replace(note, '4', '5') WHERE size = 4", 'checkpoint'],
    ] as const) {
      await client.query(
        `CREATE SCHEMA kept; ${['record', 'node', 'body', 'link', 'checkpoint', 'head'].map((name) => `CREATE TABLE kept.${name} AS TABLE assay.${name}`).join('; ')}`,
      );
      await client.query(change);
      const { ok, failures } = await ledger.verify();
      expect([ok, failures.map((failure) => failure.check)], change).toEqual([false, expect.arrayContaining([check])]);
      await client.query(
        ['record', 'node', 'body', 'link', 'checkpoint', 'head']
          .map((name) => `TRUNCATE assay.${name}; INSERT INTO assay.${name} TABLE kept.${name}`)
          .join('; '),
      );
      await client.query('DROP SCHEMA kept CASCADE');
    }
    await client.end();
    expect(await ledger.verify()).toMatchObject({ ok: true, records: 4 });
  });

  test('a server that is killed and comes back loses nothing, and appends go on', async () => {
    // One of its own: recovering walks all files of all databases.
    const mortal = await PostgresServer.start();
    onTestFinished(() => mortal.remove());
    const kept = ledgerIn(folder, undefined, await mortal.newDatabase());
    const store = await kept.open();
    const acknowledged: string[] = [];
    let isDone = false;
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let i = 0; !isDone; i++) {
        for (const { hash } of await store.append([draftOf(`w${writer}-${i}`)])) acknowledged.push(hash);
      }
    });
    for (let round = 0; round < 3; round++) {
      const before = acknowledged.length;
      while (acknowledged.length < before + 50) await new Promise((resolve) => setTimeout(resolve, 10));
      mortal.crash();
      await mortal.restart();
    }
    isDone = true;
    await Promise.all(writers);
    for (const hash of acknowledged) expect(await store.get(hash)).toBeDefined();
    const size = await store.size();
    await store.close();
    expect(size).toBe(acknowledged.length);
    expect(await kept.verify()).toMatchObject({ ok: true, records: size });
  });

  test.each([true, false])(
    'a commit whose answer is lost is found out (it reached the server: %s)',
    async (reaches) => {
      let losses = 0;
      const sockets = new Set<Socket>();
      const proxy = createServer((near) => {
        const far = connect(Number(new URL(url).port), '127.0.0.1');
        for (const socket of [near, far]) sockets.add(socket.on('error', () => {}));
        near.on('data', (bytes) => {
          const isLost = losses < 2 && bytes.includes('COMMIT') && bytes.length < 20;
          if (!isLost) return void far.write(bytes);
          losses++;
          far.unpipe(near);
          if (reaches) far.end(bytes);
          else far.destroy();
          near.destroy();
        });
        far.pipe(near);
        near.on('close', () => far.end());
      });
      await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
      await (await ledger.open()).close();
      const address = proxy.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      const store = await ledgerIn(folder, undefined, url.replace(/:\d+\//, `:${port}/`)).open();
      const sealed = [...(await store.append([draftOf('a'), draftOf('b')])), ...(await store.append([draftOf('c')]))];
      expect([losses, sealed.map(({ index }) => index)]).toEqual([2, [0, 1, 2]]);
      expect(await store.size()).toBe(3);
      await store.close();
      proxy.close();
      for (const socket of sockets) socket.destroy();
      expect(await ledger.verify()).toMatchObject({ ok: true, records: 3 });
    },
  );

  test('connections that are cut at any moment, also while a commit is sent, change nothing of what is kept', async () => {
    const store = await ledger.open();
    const admin = new pg.Client({ connectionString: url });
    await admin.connect();
    let isDone = false;
    const cutting = (async () => {
      while (!isDone) {
        await new Promise((resolve) => setTimeout(resolve, 40 + Math.random() * 80));
        await admin.query(
          'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
        );
      }
    })();
    const sealed = [];
    for (let i = 0; i < 15; i++) sealed.push(...(await store.append([draftOf(`p${i}`)])));
    isDone = true;
    await cutting;
    await admin.end();
    expect(sealed.map(({ index }) => index)).toEqual(Array.from({ length: 15 }, (_, i) => i));
    await store.close();
    expect(await ledger.verify()).toMatchObject({ ok: true, records: 15 });
  });

  test('an emptied database, and one put back to an earlier state, are refused', async () => {
    const store = await ledger.open();
    await store.append([draftOf('a')]);
    await store.close();
    await sql('DROP SCHEMA assay CASCADE');
    await expect(ledger.open()).rejects.toMatchObject({ code: 'ASSAY_LEDGER_BEHIND' });
  });

  test('refusals say what to do, and no error has the password', async () => {
    const secret = randomBytes(8).toString('hex');
    const open = (address: string, name?: string) => ledgerIn(folder, name, address).open();
    await expect(open(`postgres://assay:${secret}@127.0.0.1:1/x`)).rejects.toMatchObject({
      code: 'ASSAY_LEDGER_STORE_UNREACHABLE',
      message: expect.not.stringContaining(secret),
    });
    await expect(open(server.urlOf('nowhere'))).rejects.toMatchObject({ code: 'ASSAY_LEDGER_STORE_MISSING' });
    await expect(open(url.replace('//assay@', `//nobody:${secret}@`))).rejects.toMatchObject({
      code: 'ASSAY_LEDGER_STORE_DENIED',
      message: expect.not.stringContaining(secret),
    });
    await (await ledger.open()).close();
    await sql(`ALTER DATABASE ${new URL(url).pathname.slice(1)} SET synchronous_commit = off`);
    await expect(ledger.open()).rejects.toMatchObject({ code: 'ASSAY_LEDGER_STORE_NOT_DURABLE' });
    await sql(`ALTER DATABASE ${new URL(url).pathname.slice(1)} RESET synchronous_commit`);
    await sql(`ALTER DATABASE ${new URL(url).pathname.slice(1)} SET default_transaction_read_only = on`);
    const readOnly = await ledger.open();
    await expect(readOnly.append([draftOf('a')])).rejects.toMatchObject({ code: 'ASSAY_LEDGER_STORE_READ_ONLY' });
    await readOnly.close();
    await sql(
      `ALTER DATABASE ${new URL(url).pathname.slice(1)} RESET default_transaction_read_only`,
      server.urlOf('postgres'),
    );
    await expect(open(url, 'example.test/other')).rejects.toMatchObject({ code: 'ASSAY_LEDGER_STORE_FOREIGN' });
    await sql('UPDATE assay.head SET schema_version = 99');
    await expect(ledger.open()).rejects.toMatchObject({ code: 'ASSAY_LEDGER_STORE_NEWER' });
    await sql('DROP SCHEMA assay CASCADE; CREATE SCHEMA assay; CREATE TABLE assay.theirs (n int)');
    await expect(ledger.open()).rejects.toMatchObject({ code: 'ASSAY_LEDGER_STORE_FOREIGN' });
  });
});
