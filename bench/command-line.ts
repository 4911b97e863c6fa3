import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Seconds from start to end of whole processes, in turn, so that a busy machine slows all of them alike. */

const root = join(import.meta.dirname, '..');
const launcher = join(root, 'packages/assay/bin/assay.js');
const rounds = 21;

const processes: Readonly<Record<string, readonly string[]>> = {
  'node -e 0': ['-e', '0'],
  'assay --version': [launcher, '--version'],
  'assay help': [launcher, 'help'],
};

const times = new Map<string, number[]>(Object.keys(processes).map((name) => [name, []]));
for (let round = 0; round <= rounds; round++) {
  for (const [name, args] of Object.entries(processes)) {
    const started = performance.now();
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    const milliseconds = performance.now() - started;
    if (status !== 0) throw new Error(`${name} failed: ${stderr}`);
    // The first round fills the compile cache.
    if (round > 0) times.get(name)!.push(milliseconds);
  }
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const bare = median(times.get('node -e 0')!);
console.log(`| process (${rounds} rounds, Node ${process.versions.node}) | median ms | × bare node |`);
console.log('|---|---|---|');
for (const [name, values] of times) {
  console.log(`| \`${name}\` | ${median(values).toFixed(0)} | ${(median(values) / bare).toFixed(2)} |`);
}
