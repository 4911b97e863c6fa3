/**
 * Gives commands in a DVC repository disks of many sizes, all of them too small, and checks that the refusal has a code and
 * speaks of the disk, that no object is half, that nothing is lost, and that with room the same command comes to the same as on a
 * large disk. Mounts a tmpfs: start it in a mount namespace of its own.
 *
 *     unshare --mount --map-root-user node tests/faults/dvc/disk-full.ts [SIZES-PER-COMMAND [COMMAND…]]
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Repository } from '../../interop/repository.ts';
import { checkWhole } from './check.ts';
import { copyOf, origin, type Scenario, scenariosNamed } from './scenarios.ts';
import { difference, stateOf } from './state.ts';

const [sizes = '12', ...names] = process.argv.slice(2);
// What takes room of its own.
const usual = ['add', 'commit', 'checkout', 'push', 'fetch', 'pull', 'repro', 'exp run', 'import', 'move'];
const disk = realpathSync(mkdtempSync(join(tmpdir(), 'assay-disk-')));
const template = origin();
let tried = 0;
let refused = 0;
let faults = 0;
try {
  for (const scenario of scenariosNamed(names.length > 0 ? names : usual)) await trySizes(scenario);
  if (refused === 0) throw new Error('every disk was large enough: this tested nothing');
  console.log(`${tried} disks, ${refused} of them too small, ${faults} with harm`);
  if (faults > 0) process.exitCode = 1;
} finally {
  template.remove();
  rmSync(disk, { recursive: true, force: true });
}

async function trySizes(scenario: Scenario): Promise<void> {
  const before = copyOf(template);
  try {
    await scenario.prepare(before);
    const large = await onDisk(async () => {
      const place = copyOf(before, disk);
      const used = usedBytes();
      const { code, err } = await place.assay(...scenario.words);
      if (code !== 0) throw new Error(`${scenario.name} does not work at all: ${err}`);
      // What replaces something needs room on the way, if none in the end.
      return { needed: Math.max(usedBytes() - used, 400_000), expected: stateOf(disk) };
    });
    for (let i = 0; i < Number(sizes); i++) {
      const room = Math.round((large.needed * i) / Number(sizes));
      await onDisk(() => trySize(scenario, before, room, large.expected));
    }
    console.log(`${scenario.name}: ${sizes} disks with up to ${Math.round(large.needed / 1024)} kB`);
  } finally {
    before.remove();
  }
}

async function trySize(
  scenario: Scenario,
  before: Repository,
  room: number,
  expected: ReadonlyMap<string, string>,
): Promise<void> {
  tried++;
  const place = copyOf(before, disk);
  const state = stateOf(disk);
  resize(`${Math.ceil((usedBytes() + room) / 1024)}k`);
  const { code, err, out } = await place.assay(...scenario.words);
  const fault = (what: string) => {
    faults++;
    console.log(`FAULT ${scenario.name}, with ${room} bytes: ${what}`);
  };
  if (code !== 0) {
    refused++;
    const said = `${out}${err}`;
    if (/ASSAY_UNEXPECTED/.test(said) || !/ASSAY_[A-Z_]+/.test(said)) fault(`no code: ${said}`);
    else if (!/FULL|no room|No space left|ENOSPC/.test(said)) fault(`no word of the disk: ${said}`);
  }
  resize('512m');
  const harm = await checkWhole(place, scenario, state);
  if (harm !== undefined) return fault(`${harm} (it had said: ${err})`);
  const again = await place.assay(...(scenario.again ?? scenario.words));
  const differs = difference(expected, stateOf(disk));
  if (differs.length > 0) fault(`with room again (${again.code} ${again.err}), it came to something else: ${differs}`);
}

function resize(size: string): void {
  execFileSync('/usr/bin/mount', ['-o', `remount,size=${size}`, disk]);
}

async function onDisk<T>(work: () => Promise<T>): Promise<T> {
  execFileSync('/usr/bin/mount', ['-t', 'tmpfs', '-o', 'size=512m', 'none', disk]);
  try {
    return await work();
  } finally {
    execFileSync('/usr/bin/umount', [disk]);
  }
}

function usedBytes(): number {
  const { blocks, bfree, bsize } = statfsSync(disk);
  return (blocks - bfree) * bsize;
}
