/**
 * Kills two processes that append to one ledger, again and again, and checks each time that nothing acknowledged is lost and
 * that no two roots were signed for one size.
 *
 * In the empty database that ASSAY_LEDGER names, or in a SQLite file.
 *
 *     node tests/faults/ledger/kill.ts [ROUNDS]
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ledgerIn } from '../../../packages/assay/src/records/ledger-fixture.ts';
import { parseCheckpoint, toHex } from '../../../packages/assay/src/records/proof/index.ts';

const rounds = Number(process.argv[2] ?? 100);
const folder = mkdtempSync(join(tmpdir(), 'assay-kill-'));
const writer = new URL('writer.ts', import.meta.url).pathname;
const ledger = ledgerIn(folder, undefined, process.env.ASSAY_LEDGER);
const acknowledged = new Map<number, string>();
const roots = new Map<number, string>();

function startWriter(name: string) {
  const child = spawn(process.execPath, [writer, folder, name, '8'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const opened = new Promise<void>((resolve) => child.stdout.once('data', () => resolve()));
  const ended = new Promise<string[]>((resolve) => child.on('close', () => resolve(text.split('\n').slice(1, -1))));
  return { child, opened, ended };
}

/** Looks at every checkpoint that comes to light, as someone would who keeps them. */
function observe(): void {
  try {
    const { size, root } = parseCheckpoint(readFileSync(ledger.options.checkpointFile, 'utf8'));
    const known = roots.get(size);
    if (known !== undefined && known !== toHex(root)) throw new Error(`two roots were signed for ${size} records`);
    roots.set(size, toHex(root));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}

for (let round = 1; round <= rounds; round++) {
  const writers = [startWriter(`a${round}`), startWriter(`b${round}`)];
  // Some are killed while they still open the ledger.
  if (round % 4 !== 0) await Promise.all(writers.map(({ opened }) => opened));
  for (const { child } of writers) {
    const until = performance.now() + Math.random() * 120;
    while (performance.now() < until) {
      observe();
      await delay(2);
    }
    child.kill('SIGKILL');
  }
  for (const lines of await Promise.all(writers.map(({ ended }) => ended))) {
    for (const line of lines) {
      const [index, hash] = line.split(' ');
      const known = acknowledged.get(Number(index));
      if (known !== undefined) throw new Error(`the place ${index} was given to ${known} and to ${hash}`);
      acknowledged.set(Number(index), hash ?? '');
    }
  }
  const { ok, records, failures } = await ledger.verify();
  if (!ok) throw new Error(`round ${round}: ${JSON.stringify(failures)}`);
  const store = await ledger.open();
  for (const [index, hash] of acknowledged) {
    if ((await store.at(index))?.hash !== hash)
      throw new Error(`round ${round}: the acknowledged record ${index} is lost`);
  }
  const proven = [...roots.keys()].filter((size) => size <= records);
  if (proven.length !== roots.size)
    throw new Error(`round ${round}: a checkpoint of more than ${records} records came to light`);
  await store.close();
  observe();
  if (round % 10 === 0)
    console.log(
      `${round} rounds, ${2 * round} kills: ${records} records, ${acknowledged.size} acknowledged, none lost`,
    );
}
await ledger.objects.close();
rmSync(folder, { recursive: true, force: true });
