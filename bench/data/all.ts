/**
 * Data and pipelines against DVC: both programs at the same work, in turn.
 *
 *     ASSAY_BENCH_DVC=DVC npm run bench:data -- [--only ROW]... [--folder DIR]
 *
 * `ASSAY_BENCH_DVC` is the path of the dvc program (tests/interop/install.sh puts one into place), `ASSAY_BENCH_S3` that of versitygw,
 * `ASSAY_BENCH_ASSAY` the launcher to measure in place of this clone's.
 */
import { existsSync, readFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { measure } from './programs.ts';
import { Table } from './row.ts';
import { rows } from './rows.ts';
import { sweep } from './workspace.ts';

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true }, folder: { type: 'string' } } });
const dvc = process.env.ASSAY_BENCH_DVC;
const unknown = values.only?.find((name) => !(name in rows));
if (dvc === undefined || !existsSync(dvc)) {
  console.error('ASSAY_BENCH_DVC has to be the path of a dvc program, as tests/interop/install.sh puts into place.');
  process.exitCode = 1;
} else if (unknown !== undefined) {
  console.error(`There is no row ${unknown}; there are ${Object.keys(rows).join(', ')}.`);
  process.exitCode = 1;
} else {
  const folder = resolve(values.folder ?? tmpdir());
  const version = measure([dvc, '--version'], folder, process.env).out.trim();
  const package_ = readFileSync(join(import.meta.dirname, '../../packages/assay/package.json'), 'utf8');
  const [cpu] = cpus();
  console.log(
    `DVC ${version}, Assay ${JSON.parse(package_).version}, Node ${process.versions.node}; ${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${new Date().toISOString().slice(0, 10)}`,
  );
  for (const [name, row] of Object.entries(rows)) {
    if (values.only !== undefined && !values.only.includes(name)) continue;
    console.log(`\n### ${name}: ${row.summary}\n`);
    const started = performance.now();
    sweep(folder);
    try {
      await row.run(folder, new Table());
    } catch (error) {
      console.log(`\nBroken off: ${error instanceof Error ? error.message : error}\n`);
      process.exitCode = 1;
    }
    console.error(`(${name}: ${((performance.now() - started) / 1000).toFixed(0)} s)`);
  }
}
