import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeProposalProof } from '../governance/index.ts';
import { bob, eve, VotedLedger } from '../governance/testing/voted-ledger.ts';
import { makeReceipt } from '../records/index.ts';
import { formatAddCheckpoint } from '../records/proof/index.ts';
import { addLog, openWitness } from '../witness/index.ts';

const launcher = join(import.meta.dirname, '..', '..', 'bin', 'assay.js');
/** No interface but an unconfigured loopback: whatever asks a network fails. */
const alone = ['--map-root-user', '--net'];
const canUnshare = spawnSync('unshare', [...alone, 'true']).status === 0;

let folder: string;
let at: VotedLedger;
let vkey: string;
let witness: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay-offline-'));
  mkdirSync(join(folder, 'empty'));
  at = await VotedLedger.open();
  vkey = at.ledger.options.signer.vkey;
  await at.begin();
  const id = await at.proposed();
  await at.approve(id, bob, eve);
  const sealed = await at.governance.apply(id);
  const checkpoint = (await at.bare.checkpoint())!;
  const home = { ASSAY_HOME: join(folder, 'witness') };
  addLog(home, vkey);
  const watching = openWitness(home, at.clock);
  witness = watching.vkey;
  const { status, body } = watching.addCheckpoint(formatAddCheckpoint({ oldSize: 0, proof: [], checkpoint }));
  expect(status).toBe(200);
  write('cosigned.json', await makeReceipt(at.bare, sealed, `${checkpoint}${body}`));
  write('receipt.json', await makeReceipt(at.bare, sealed));
  write('proposal.json', await makeProposalProof(at.bare, await at.governance.find(id)));
});
afterAll(async () => {
  await at.close();
  rmSync(folder, { recursive: true, force: true });
});

const write = (name: string, value: unknown) => writeFileSync(join(folder, name), JSON.stringify(value));

function verify(...words: readonly string[]) {
  const home = join(folder, 'nobody');
  const ended = spawnSync('unshare', [...alone, process.execPath, launcher, 'verify', '--json', ...words], {
    cwd: join(folder, 'empty'),
    env: { PATH: process.env.PATH, HOME: home, ASSAY_HOME: home },
    encoding: 'utf8',
  });
  expect(readdirSync(join(folder, 'empty'))).toEqual([]);
  return { code: ended.status, value: JSON.parse(ended.stdout || 'null'), said: ended.stderr };
}

describe.skipIf(!canUnshare)('without a network, a project or a home', { timeout: 60_000 }, () => {
  it.each(['receipt', 'proposal'])('a %s is verified, and one that was edited is not', (name) => {
    const file = join(folder, `${name}.json`);
    expect(verify(`--${name}`, file, '--key', vkey)).toMatchObject({ code: 0, value: { ok: true } });
    const edited = readFileSync(file, 'utf8').replace('"revision\\":1', '"revision\\":2');
    expect(edited).not.toBe(readFileSync(file, 'utf8'));
    writeFileSync(join(folder, 'edited.json'), edited);
    expect(verify(`--${name}`, join(folder, 'edited.json'), '--key', vkey)).toMatchObject({
      code: 1,
      value: { ok: false },
    });
  });

  it('a cosigned receipt has its witness, and another has not', () => {
    const asked = ['--key', vkey, '--witness', witness];
    expect(verify('--receipt', join(folder, 'cosigned.json'), ...asked)).toMatchObject({
      code: 0,
      value: { ok: true },
    });
    expect(verify('--receipt', join(folder, 'receipt.json'), ...asked)).toMatchObject({
      code: 1,
      value: { ok: false },
    });
  });

  it('there is no network indeed', () => {
    const { stdout } = spawnSync('unshare', [...alone, 'cat', '/proc/net/route'], { encoding: 'utf8' });
    expect(stdout.trim().split('\n')).toHaveLength(1);
  });
});
