import { spawnSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';

/**
 * Every figure in one run, one after another. Peers that need Python are measured when ASSAY_BENCH_PYTHON names one, DVC when
 * ASSAY_BENCH_DVC does, and immudb and Tessera when ASSAY_BENCH_PEERS is set and `bench/ledger-peers/build` was run.
 */

const [cpu] = cpus();
console.log(
  `${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}-${process.arch}, Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}\n`,
);
const data = process.env.ASSAY_BENCH_DVC === undefined ? [] : ['data/all'];
const peers = process.env.ASSAY_BENCH_PEERS === undefined ? [] : ['ledger-peers'];
for (const name of [
  'demo',
  'command-line',
  'serve',
  'transcripts',
  'ledger',
  ...peers,
  'track',
  'qldb',
  'learn',
  'labels',
  ...data,
]) {
  console.log(`\n## ${name}\n`);
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, `${name}.ts`)], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
