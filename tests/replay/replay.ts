import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { compareAnswers } from './answers.ts';
import { readEveryVersion } from './versions.ts';

const { values, positionals } = parseArgs({
  options: { sample: { type: 'string', default: '6' } },
  allowPositionals: true,
});
const sample = Number(values.sample);
if (positionals.length === 0 || !Number.isInteger(sample)) {
  console.error('usage: tests/replay/run [--sample N] GIT_FOLDER...');
  process.exit(2);
}

let failed = false;
for (const folder of positionals.map((one) => resolve(one))) {
  const name =
    basename(folder).startsWith('.') || basename(folder) === 'repo' ? basename(dirname(folder)) : basename(folder);
  console.log(`\n## ${name}`);
  const versions = await readEveryVersion(folder);
  for (const [kind, { read, same, anew, refused, readHereOnly, problems }] of versions) {
    const written = kind === 'dvc.lock' ? `, ${anew} also when each stage is written anew` : '';
    console.log(`${kind}: ${read} versions read, ${same} the same bytes after a write without a change${written}`);
    console.log(
      `  ${refused} refused, by DVC too; ${readHereOnly} that DVC refuses are read; ${problems.length} problems`,
    );
    for (const problem of problems.slice(0, 20)) console.log(`  ${problem}`);
    if (problems.length > 0) failed = true;
  }
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'assay-replay-')));
  try {
    const { equal, unknown, different } = await compareAnswers(folder, scratch, sample);
    console.log(
      `answers: ${equal} equal to DVC's, ${different.length} not; ${unknown} that DVC cannot give without its remotes`,
    );
    for (const text of different) console.log(`  ${text}`);
    if (different.length > 0) failed = true;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
process.exitCode = failed ? 1 : 0;
