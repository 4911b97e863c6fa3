import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accountKey, type RunningNode, startNode } from './nodes.ts';

/** The guide's way, by the commands, and a real kill in the middle of it. */

const main = resolve(import.meta.dirname, '../../packages/assay/bin/assay.js');
const base = mkdtempSync(join(tmpdir(), 'assay-evm-cli-'));
const folder = join(base, 'project');
const home = join(base, 'home');
const env = { PATH: process.env.PATH, HOME: home, ASSAY_HOME: home };
let node: RunningNode;

beforeAll(async () => {
  node = await startNode('anvil');
  for (const path of [folder, home]) mkdirSync(path);
  writeFileSync(join(home, 'anchor.key'), accountKey, { mode: 0o600 });
});
afterAll(() => {
  node?.stop();
  rmSync(base, { recursive: true, force: true });
});

interface Ended {
  readonly code: number;
  readonly said: string;
  readonly result: Readonly<Record<string, unknown>>;
}

function assay(words: readonly string[], directory = folder): Promise<Ended> {
  return new Promise((done) => {
    execFile(process.execPath, [main, ...words, '--json'], { cwd: directory, env }, (error, out, err) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      let result: Ended['result'] = {};
      try {
        result = JSON.parse(out) as Ended['result'];
      } catch {
        // What is no JSON is told by `said`.
      }
      done({ code, said: `${out}${err}`, result });
    });
  });
}

async function works(...words: readonly string[]): Promise<Ended['result']> {
  const { code, said, result } = await assay(words);
  expect(code, `assay ${words.join(' ')}\n${said}`).toBe(0);
  return result;
}

async function track(id: string) {
  writeFileSync(join(folder, `${id}.json`), JSON.stringify({ id }));
  await works('track', 'create', `note/${id}`, '--metadata', `${id}.json`);
}

const sent = async () =>
  Number(await node.call('eth_getTransactionCount', ['0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266', 'latest']));

test('deploy, anchor, a kill between sending and sealing, verify, and a proof for a stranger', {
  timeout: 120_000,
}, async () => {
  await works('init');
  await track('one');
  await works('anchor', 'deploy', '--chain', '31337', '--rpc', node.url, '--finality', '1');
  const config = join(folder, 'assay.yaml');
  writeFileSync(config, readFileSync(config, 'utf8').replace('finality: 1', 'finality: 3'));
  const before = await sent();

  // Nothing mines the two blocks that it waits for.
  const stopped: ChildProcess = spawn(process.execPath, [main, 'anchor'], { cwd: folder, env, stdio: 'ignore' });
  const ended = new Promise((done) => stopped.once('exit', done));
  for (let tries = 0; (await sent()) === before && tries < 150; tries++) await sleep(100);
  stopped.kill('SIGKILL');
  await ended;
  expect(existsSync(join(folder, '.assay/anchor-pending.json'))).toBe(true);
  expect(await works('anchor', 'list')).toEqual([]);
  await node.call('anvil_mine', ['0x2']);
  expect(await works('anchor')).toHaveLength(1);
  expect(await sent()).toBe(before + 1);
  expect(await works('anchor')).toEqual([]);
  expect(await works('anchor', 'verify')).toMatchObject({ ok: true, anchors: 1 });
  expect(await works('anchor', 'status')).toMatchObject({ waiting: 0, latest: { seq: 1 } });

  const { block, contract, vkey } = await works('anchor', 'proof', 'note/one', '--out', join(base, 'proof.json'));
  const { hash } = block as { readonly hash: string };
  const pinned = ['--contract', String(contract), '--key', String(vkey)];
  const stranger = (pin: string) =>
    assay(['anchor', 'verify', '--offline', 'proof.json', '--block', pin, ...pinned], base);
  node.stop();
  expect(await stranger(hash)).toMatchObject({ code: 0, result: { ok: true } });
  expect(await stranger(hash.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')))).toMatchObject({ code: 1 });
  if (process.platform === 'linux') {
    // In an empty folder, with a home that is not there, and no network at all.
    const empty = mkdtempSync(join(base, 'empty-'));
    const offline = ['anchor', 'verify', '--offline', join(base, 'proof.json'), '--block', hash, ...pinned];
    const { status, stderr } = spawnSync('unshare', ['--map-root-user', '--net', process.execPath, main, ...offline], {
      cwd: empty,
      env: { PATH: process.env.PATH, HOME: join(base, 'nobody'), ASSAY_HOME: join(base, 'nobody') },
      encoding: 'utf8',
    });
    expect(status, stderr).toBe(0);
    expect(readdirSync(empty)).toEqual([]);
  }
  expect(await assay(['anchor', 'verify'])).toMatchObject({ said: expect.stringContaining('ASSAY_ANCHOR_RPC') });
});
