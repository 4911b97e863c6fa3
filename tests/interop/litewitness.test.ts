import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { draftOf, ledgerIn } from '../../packages/assay/src/records/ledger-fixture.ts';
import { askWitnesses } from '../../packages/assay/src/witness/index.ts';
import { interopTool } from './tools.ts';

test('litewitness, another implementation, cosigns a growing ledger, and no other one under its name', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-litewitness-'));
  const socket = join(folder, 'agent');
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'key')]);
  await until(() =>
    execFileSync('ssh-add', ['-q', join(folder, 'key')], { env: { ...process.env, SSH_AUTH_SOCK: socket } }),
  );
  const fingerprint = execFileSync('ssh-keygen', ['-lf', join(folder, 'key.pub')], { encoding: 'utf8' }).split(' ')[1]!;
  const port = await new Promise<number>((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = server.address() as AddressInfo;
      server.close(() => done(free));
    });
  });
  const words = ['-db', join(folder, 'db'), '-name', 'example.test/lite', '-key', fingerprint, '-ssh-agent', socket];
  const witness = spawn(interopTool('bin/litewitness'), [...words, '-listen', `127.0.0.1:${port}`], {
    stdio: 'ignore',
  });
  try {
    const url = `http://127.0.0.1:${port}`;
    const page = await until(async () => (await fetch(url)).text());
    const vkey = /example\.test\/lite\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+/.exec(page)![0];
    const [ledger, other] = [ledgerIn(join(folder, 'ledger')), ledgerIn(join(folder, 'other'))];
    const database = new DatabaseSync(join(folder, 'db'));
    const { name, vkey: own } = ledger.options.signer;
    database.prepare('INSERT INTO log VALUES (?, 0, ?)').run(name, '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=');
    for (const key of [own, other.options.signer.vkey])
      database.prepare('INSERT INTO key VALUES (?, ?)').run(name, key);
    database.close();
    const ask = async ({ options, open }: typeof ledger, ids: string[]) => {
      const store = await open();
      await store.append(ids.map((id) => draftOf(id)));
      const asked = await askWitnesses(store, {
        vkey: options.signer.vkey,
        quorum: 1,
        witnesses: [{ vkey, url }],
        cosignedFile: join(folder, 'cosigned'),
        highWater: options.highWater,
        timeoutMs: 10_000,
        signal: new AbortController().signal,
      });
      await store.close();
      return asked;
    };
    expect(await ask(ledger, ['a', 'b', 'c'])).toMatchObject({ size: 3, cosigned: true });
    expect(await ask(ledger, ['d', 'e'])).toMatchObject({ size: 5, cosigned: true });
    expect((await ask(other, ['x'])).witnesses).toMatchObject([{ error: { code: 'ASSAY_WITNESS_AHEAD' } }]);
    expect((await ask(other, ['y', 'z', 'u', 'v', 'w'])).witnesses).toMatchObject([
      { error: { code: 'ASSAY_WITNESS_FORKED' } },
    ]);
    expect(await ask(ledger, ['f'])).toMatchObject({ size: 6, cosigned: true });
  } finally {
    witness.kill();
    agent.kill();
    rmSync(folder, { recursive: true, force: true });
  }
});

/** A server takes a moment to listen. */
async function until<T>(work: () => T | Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === 50) throw error;
      await sleep(100);
    }
  }
}
