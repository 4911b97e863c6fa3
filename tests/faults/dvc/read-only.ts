/**
 * Makes a folder of a DVC repository read-only, gives every command that writes, and checks that it works or is refused with a
 * code, that nothing is lost, and that it comes to its end when the folder may be written again; and that commands that only read
 * work where nothing may be written at all. Mounts: start it in a mount namespace of its own.
 *
 *     unshare --mount --map-root-user node tests/faults/dvc/read-only.ts [COMMAND…]
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkWhole } from './check.ts';
import { copyOf, origin, type Scenario, scenariosNamed } from './scenarios.ts';
import { difference, stateOf } from './state.ts';

const names = process.argv.slice(2);
const usual = [
  'add',
  'commit',
  'checkout',
  'push',
  'fetch',
  'pull',
  'gc --cloud',
  'repro',
  'exp run',
  'import',
  'move',
  'remove',
];
const folders = ['.', '.dvc/cache', '.dvc/tmp', 'many', '../remote'];
const template = origin();
let tried = 0;
let refused = 0;
let faults = 0;
try {
  await tryReading();
  for (const scenario of scenariosNamed(names.length > 0 ? names : usual)) await tryWriting(scenario);
  if (refused === 0) throw new Error('nothing was refused: this tested nothing');
  console.log(`${tried} commands met a read-only folder, ${refused} were refused, ${faults} with harm`);
  if (faults > 0) process.exitCode = 1;
} finally {
  template.remove();
}

async function tryReading(): Promise<void> {
  const place = copyOf(template);
  const end = readOnly(place.base);
  try {
    for (const words of [
      ['status'],
      ['data', 'status'],
      ['diff'],
      ['list', '.'],
      ['stage', 'list'],
      ['dag'],
      ['params', 'diff'],
      ['status', '--cloud'],
    ]) {
      tried++;
      const { code, err } = await place.assay(...words);
      if (code !== 0) fault(words.join(' '), 'everything', `it only reads, and was refused: ${err}`);
    }
  } finally {
    end();
    place.remove();
  }
}

async function tryWriting(scenario: Scenario): Promise<void> {
  const before = copyOf(template);
  await scenario.prepare(before);
  const quiet = copyOf(before);
  await quiet.assay(...scenario.words);
  const expected = stateOf(quiet.base);
  const state = stateOf(before.base);
  for (const folder of folders) {
    const place = copyOf(before);
    const path = join(place.root, folder);
    if (!existsSync(path)) mkdirSync(path, { recursive: true });
    const end = readOnly(path);
    tried++;
    const { code, err, out } = await place.assay(...scenario.words).finally(end);
    const said = `${out}${err}`;
    if (code !== 0) refused++;
    if (code !== 0 && (/ASSAY_UNEXPECTED/.test(said) || !/ASSAY_[A-Z_]+/.test(said))) {
      fault(scenario.name, folder, `no code: ${said}`);
    }
    const harm = await checkWhole(place, scenario, state);
    if (harm !== undefined) fault(scenario.name, folder, `${harm} (it had said: ${said})`);
    const again = code === 0 ? undefined : await place.assay(...(scenario.again ?? scenario.words));
    const differs = difference(expected, stateOf(place.base));
    if (differs.length > 0) {
      fault(scenario.name, folder, `it came to something else: ${differs} (${said} ${again?.err ?? ''})`);
    }
    place.remove();
  }
  console.log(`${scenario.name}: ${folders.length} folders`);
  before.remove();
  quiet.remove();
}

function readOnly(path: string): () => void {
  execFileSync('/usr/bin/mount', ['--bind', path, path]);
  execFileSync('/usr/bin/mount', ['-o', 'remount,ro,bind', path]);
  return () => execFileSync('/usr/bin/umount', [path]);
}

function fault(what: string, folder: string, why: string): void {
  faults++;
  console.log(`FAULT ${what}, with ${folder} read-only: ${why}`);
}
