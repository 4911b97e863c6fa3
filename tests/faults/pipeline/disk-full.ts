/**
 * Runs the flagship on disks of many sizes, most of them too small, and checks that the refusal has a code, that the ledger is
 * well, and that the run goes on when there is room. Mounts a tmpfs: start it in a mount namespace of its own.
 *
 *     unshare --mount --map-root-user node tests/faults/pipeline/disk-full.ts [SIZES]
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunResult } from '../../acceptance/workplace.ts';
import { Workplace } from '../../acceptance/workplace.ts';
import { checkLedger, newFlagship, resultOf } from './flagship.ts';

const sizes = Number(process.argv[2] ?? 24);
const origin = await newFlagship();
const quiet = Workplace.copyOf(origin.folder);
await quiet.run();
const expected = resultOf(quiet);
quiet.remove();

const disk = mkdtempSync(join(tmpdir(), 'assay-disk-'));
let refused = 0;
try {
  for (let i = 0; i < sizes; i++) {
    // The project and its home take 1 MB at the beginning; the last of these disks is large enough.
    const kilobytes = Math.round(1600 + (7400 * i) / Math.max(1, sizes - 1));
    execFileSync('/usr/bin/mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'none', disk]);
    try {
      const place = Workplace.at(disk);
      cpSync(origin.folder, disk, { recursive: true, preserveTimestamps: true });
      const { code, stdout, stderr } = await place.assay('run', 'pipeline.yaml', '--json');
      const { bavail, bsize } = statfsSync(disk);
      const said = `${stdout}${stderr}`;
      if (code !== 0) {
        refused++;
        const logs = await Promise.all(
          ['ingest', 'parse', 'label', 'compare', 'train'].map((stage) =>
            place.assay('runs', 'latest', '--log', stage),
          ),
        );
        const codes = new Set(`${said}${logs.map((log) => log.stdout).join('')}`.match(/ASSAY_[A-Z_]+/g));
        if (![...codes].some((one) => /_FULL$/.test(one)))
          throw new Error(`${kilobytes} kB, ${bavail * bsize} free: no word of the disk in\n${said}`);
        if (codes.has('ASSAY_UNEXPECTED')) throw new Error(`${kilobytes} kB: a fault\n${said}`);
      }
      execFileSync('/usr/bin/mount', ['-o', 'remount,size=64m', disk]);
      await checkLedger(place, `${kilobytes} kB`, 0);
      const run: RunResult = await place.run();
      if (run.state !== 'succeeded') throw new Error(`${kilobytes} kB: with room again the run ${run.state}`);
      if (resultOf(place) !== expected) throw new Error(`${kilobytes} kB: other files than on a large disk`);
      const records = await checkLedger(place, `${kilobytes} kB, with room again`, 1);
      console.log(`${kilobytes} kB: exit code ${code}; with room again ${records} records, all there`);
    } finally {
      execFileSync('/usr/bin/umount', [disk]);
    }
  }
  if (refused === 0) throw new Error('every disk was large enough: this tested nothing');
  console.log(`${sizes} disks, ${refused} of them too small`);
} finally {
  rmSync(disk, { recursive: true, force: true });
  origin.remove();
}
