/**
 * Kills a witness that is served, again and again, while two histories of one log ask it to cosign them at the same time, and
 * checks that it never cosigned two roots for one size, nor both histories beyond where they part, and that it still knows after a
 * restart what it cosigned before.
 *
 *     node tests/faults/witness/kill.ts [ROUNDS]
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ed25519Signer, nodeEd25519, nodeHasher, signCheckpoint } from '../../../packages/assay/src/records/index.ts';
import {
  cosignaturesOf,
  Frontier,
  formatAddCheckpoint,
  formatVkey,
  parseVkey,
  parseWitnessVkey,
  toHex,
} from '../../../packages/assay/src/records/proof/index.ts';
import { consistencyPath, type ReadNode, rootAt } from '../../../packages/assay/src/records/tree.ts';
import { addLog } from '../../../packages/assay/src/witness/index.ts';

process.setMaxListeners(0);
const rounds = Number(process.argv[2] ?? 100);
const LOGS = 3;
/** Where the two histories part. */
const FORK = 4;
const assay = new URL('../../../packages/assay/bin/assay.js', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'assay-witness-kill-'));
const environment = { ...process.env, ASSAY_HOME: join(folder, 'home') };

interface Log {
  readonly origin: string;
  /** Of each history, the note at each size from 1, and what proves that it continues an earlier one. */
  readonly histories: readonly {
    note(size: number): string;
    proof(from: number, size: number): Uint8Array[];
    root(size: number): string;
  }[];
  /** What was answered: by size, the root; and the histories beyond the fork. */
  readonly cosigned: Map<number, string>;
  readonly chosen: Set<number>;
  largest: number;
}

function newLog(origin: string): Log {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const vkey = formatVkey(origin, publicKey.export({ type: 'spki', format: 'der' }).subarray(-32));
  addLog(environment, vkey);
  const signer = ed25519Signer({ name: origin, vkey, privateKey });
  const histories = [0, 1].map((history) => {
    const leaf = (i: number) => nodeHasher.leaf(Buffer.from(i < FORK ? `${i}` : `${i} of ${history}`));
    const read: ReadNode = (level, position) => {
      const frontier = new Frontier(nodeHasher);
      for (let i = position * 2 ** level; i < (position + 1) * 2 ** level; i++) frontier.add(leaf(i));
      return frontier.root();
    };
    const root = (size: number) => rootAt(read, size);
    return {
      root: (size: number) => toHex(root(size)),
      note: (size: number) => signCheckpoint({ origin, size, root: root(size) }, signer, parseVkey(vkey, nodeEd25519)),
      proof: (from: number, size: number) => consistencyPath(read, from, size),
    };
  });
  return { origin, histories, cosigned: new Map(), chosen: new Set(), largest: 0 };
}

async function start(): Promise<{ child: ChildProcess; url: string; vkey: string }> {
  const child = spawn(process.execPath, [assay, 'witness', 'serve', '--port', '0', '--json'], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const piece of child.stdout!.setEncoding('utf8')) {
    text += piece;
    try {
      return { child, ...JSON.parse(text) };
    } catch {
      // Not all of it yet.
    }
  }
  throw new Error(`the witness did not start: ${text}`);
}

/** Asks as a log does, until the witness is gone: from the size that it says it has seen, sometimes for the other history. */
async function keepAsking(log: Log, history: number, url: string, vkey: string): Promise<number> {
  const key = parseWitnessVkey(vkey, nodeEd25519);
  const own = log.histories[history]!;
  let [from, answers] = [0, 0];
  for (;;) {
    const size = from + Math.floor(Math.random() * 3);
    if (size === 0 || size > 40) return answers;
    let response: Response;
    let body: string;
    const checkpoint = own.note(size);
    const known = log.largest;
    try {
      response = await fetch(`${url}/add-checkpoint`, {
        method: 'POST',
        body: formatAddCheckpoint({ oldSize: from, proof: own.proof(from, size), checkpoint }),
      });
      body = await response.text();
    } catch {
      return answers;
    }
    if (response.status === 409) {
      from = Number(body);
      if (from < known) throw new Error(`${log.origin}: it forgot that it cosigned ${known} records: ${body}`);
    } else if (response.status === 422) return answers;
    else if (response.status !== 200) throw new Error(`${log.origin}: ${response.status} ${body}`);
    else {
      if (cosignaturesOf(checkpoint + body, [key]).length !== 1) throw new Error('an answer without a cosignature');
      const [root, other] = [own.root(size), log.cosigned.get(size)];
      if (other !== undefined && other !== root)
        throw new Error(`${log.origin}: two roots were cosigned for ${size} records`);
      log.cosigned.set(size, root);
      if (size > FORK) log.chosen.add(history);
      if (log.chosen.size > 1) throw new Error(`${log.origin}: both histories were cosigned`);
      log.largest = Math.max(log.largest, size);
      from = size;
      answers++;
    }
  }
}

const logs: Log[] = [];
let cosigned = 0;
for (let round = 1; round <= rounds; round++) {
  for (let i = 0; i < LOGS; i++) logs.push(newLog(`log.test/${round}-${i}`));
  const { child, url, vkey } = await start();
  // Those of earlier rounds are asked again: what was cosigned before a kill must be known after it.
  const asked = logs.slice(-2 * LOGS).flatMap((log) => [0, 1].map((history) => keepAsking(log, history, url, vkey)));
  // A failure must not leave the witness behind.
  process.once('exit', () => child.kill('SIGKILL'));
  await delay(Math.random() * 400);
  child.kill('SIGKILL');
  for (const count of await Promise.all(asked)) cosigned += count;
  if (round % 20 === 0 || round === rounds)
    console.log(`${round} kills: ${cosigned} cosignatures of ${logs.length} logs, one root for each size`);
}
if (cosigned === 0) throw new Error('nothing was cosigned: this run tells nothing');
const forked = logs.filter(({ chosen }) => chosen.size === 1).length;
if (forked === 0) throw new Error('no log came beyond its fork: this run tells nothing');
rmSync(folder, { recursive: true, force: true });
