/**
 * Kills two processes that append to one ledger, at each step of a commit in turn, and checks each time that nothing
 * acknowledged is lost and that no two roots were published for one size.
 *
 *     node tests/faults/ledger/kill.ts [--backend sqlite|postgres] [--rounds N]
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type LedgerFixture, ledgerIn } from '../../../packages/assay/src/records/ledger-fixture.ts';
import { parseCheckpoint, toHex } from '../../../packages/assay/src/records/proof/index.ts';
import { startBackend } from './backend.ts';
import { type KillStep, killSteps } from './kill-steps.ts';

const { values } = parseArgs({
  options: { backend: { type: 'string', default: 'sqlite' }, rounds: { type: 'string', default: '100' } },
});
const rounds = Number(values.rounds);
const backend = await startBackend(values.backend);
/** After so many rounds a new ledger is begun: each round reads the whole of it. */
const ROUNDS_OF_A_LEDGER = 45;
const LONGEST_ROUND_MS = 60_000;
const writer = new URL('writer.ts', import.meta.url).pathname;

/** One ledger, and what was ever said of it. */
interface Life {
  readonly folder: string;
  readonly ledger: LedgerFixture;
  readonly acknowledged: Map<number, string>;
  readonly roots: Map<number, string>;
}

async function begin(): Promise<Life> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-kill-'));
  const ledger = ledgerIn(folder, undefined, await backend.newLedger());
  return { folder, ledger, acknowledged: new Map(), roots: new Map() };
}

async function end({ folder, ledger }: Life): Promise<void> {
  await ledger.objects.close();
  rmSync(folder, { recursive: true, force: true });
}

function startWriter({ folder, ledger }: Life, name: string, step: KillStep) {
  const child = spawn(process.execPath, [writer, folder, name, '8', 'Infinity', step], {
    env: { ...process.env, ...ledger.environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  const opened = new Promise<void>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.includes('open\n')) resolve();
    });
    child.on('close', () => resolve());
  });
  const ended = new Promise<{ readonly lines: readonly string[]; readonly signal: string | null }>((resolve) =>
    child.on('close', (_code, signal) => resolve({ lines: text.split('\n').slice(0, -1), signal })),
  );
  return { child, opened, ended };
}

function see({ roots }: Life, size: number, root: string): void {
  const known = roots.get(size);
  if (known !== undefined && known !== root) throw new Error(`two roots were published for ${size} records`);
  roots.set(size, root);
}

/** Looks at the checkpoint that lies there, as someone would who keeps them. */
function observe(life: Life): void {
  try {
    const { size, root } = parseCheckpoint(readFileSync(life.ledger.options.checkpointFile, 'utf8'));
    see(life, size, toHex(root));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}

/** Kills two writers: those at a step kill themselves, the others are killed at a random moment. */
async function kill(life: Life, round: number, step: KillStep): Promise<void> {
  const writers = ['a', 'b'].map((name) => startWriter(life, `${name}${round}`, step));
  if (step !== 'opening') await Promise.all(writers.map(({ opened }) => opened));
  if (step === 'opening' || step === 'anytime') {
    for (const { child } of writers) {
      const until = performance.now() + Math.random() * 200;
      while (performance.now() < until) {
        observe(life);
        await delay(2);
      }
      child.kill('SIGKILL');
    }
  }
  const late = setTimeout(() => {
    for (const { child } of writers) child.kill('SIGTERM');
  }, LONGEST_ROUND_MS);
  for (const { lines, signal } of await Promise.all(writers.map(({ ended }) => ended))) {
    if (signal !== 'SIGKILL') throw new Error(`a writer that was to die at ${step} ended by ${signal}`);
    for (const line of lines) {
      const [first, second = '', third = ''] = line.split(' ');
      if (first === 'open') continue;
      if (first === 'root') {
        see(life, Number(second), third);
        continue;
      }
      const known = life.acknowledged.get(Number(first));
      if (known !== undefined) throw new Error(`the place ${first} was given to ${known} and to ${second}`);
      life.acknowledged.set(Number(first), second);
    }
  }
  clearTimeout(late);
}

/** @returns the number of records */
async function check(life: Life): Promise<number> {
  const { ledger, acknowledged, roots } = life;
  const { ok, records, failures } = await ledger.verify();
  if (!ok) throw new Error(JSON.stringify(failures));
  const store = await ledger.open();
  let there = 0;
  for await (const { index, hash } of store.entries(0, records)) {
    const known = acknowledged.get(index);
    if (known === undefined) continue;
    if (known !== hash) throw new Error(`the acknowledged record ${index} is another one`);
    there++;
  }
  if (there !== acknowledged.size) throw new Error(`${acknowledged.size - there} acknowledged records are lost`);
  for (const size of roots.keys()) {
    if (size > records) throw new Error(`a checkpoint of ${size} records came to light, and ${records} are there`);
  }
  await store.close();
  observe(life);
  return records;
}

const totals = { kills: 0, records: 0, acknowledged: 0, roots: 0 };
let life = await begin();
let records = 0;
const finish = async () => {
  totals.records += records;
  totals.acknowledged += life.acknowledged.size;
  totals.roots += life.roots.size;
  await end(life);
};
try {
  for (let round = 1; round <= rounds; round++) {
    const step = killSteps[round % killSteps.length]!;
    try {
      await kill(life, round, step);
      records = await check(life);
    } catch (error) {
      throw new Error(`${values.backend}, round ${round}, killed at ${step}, in ${life.folder}`, { cause: error });
    }
    totals.kills += 2;
    if (round % ROUNDS_OF_A_LEDGER === 0 && round < rounds) {
      await finish();
      life = await begin();
      records = 0;
      console.log(`${values.backend}: ${round} rounds, ${totals.acknowledged} acknowledged, none lost`);
    }
  }
  await finish();
  const { kills, acknowledged, roots } = totals;
  console.log(
    `${values.backend}: ${rounds} rounds, ${kills} kills: ${totals.records} records, ${acknowledged} acknowledged, 0 lost; ${roots} roots published, 0 sizes with two`,
  );
} finally {
  await backend.stop();
}
