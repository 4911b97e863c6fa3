/**
 * Rotates a ledger's key on a file system that has less and less room, and checks that each rotation either was made, or is made by
 * the next call with room again, and that the ledger verifies all the while.
 *
 *     unshare --mount --map-root-user sh -c 'mount -t tmpfs -o size=4m none /mnt && node tests/faults/ledger/rotate-full.ts /mnt'
 */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: rotate-full.ts FOLDER, on a file system of a few megabytes');

const assay = new URL('../../../packages/assay/bin/assay.js', import.meta.url).pathname;
const [project, ballast] = [join(folder, 'project'), join(folder, 'ballast')];
mkdirSync(project);
const environment = { ...process.env, ASSAY_HOME: join(folder, 'home'), TMPDIR: '/tmp' };

function run(...words: string[]) {
  const ended = spawnSync(process.execPath, [assay, '-C', project, '--json', ...words], {
    env: environment,
    encoding: 'utf8',
  });
  return { status: ended.status, value: JSON.parse(ended.stdout || 'null'), text: ended.stdout + ended.stderr };
}

function must(...words: string[]) {
  const { status, value, text } = run(...words);
  if (status !== 0) throw new Error(`${words.join(' ')}: ${text}`);
  return value;
}

/** Fills the file system, but for so many bytes. */
function leave(room: number): void {
  const file = openSync(ballast, 'a');
  const { bavail, bsize } = statfsSync(folder!);
  const bytes = Buffer.alloc(bsize);
  for (let left = bavail - Math.ceil(room / bsize); left > 0; left--) writeSync(file, bytes);
  closeSync(file);
}

must('init', '--no-scm');
let [made, refused, begun] = [0, 0, 0];
for (let room = 0; room <= 160 * 1024; room += 8192) {
  const before = must('ledger', 'key', '--all').keys.length;
  leave(room);
  const { status, text } = run('ledger', 'key', 'rotate');
  truncateSync(ballast, 0);
  if (status !== 0 && !/ASSAY_(DISK|DATABASE)_FULL/.test(text)) throw new Error(`${room} bytes: ${text}`);
  const { failures } = run('verify').value;
  for (const { check, message } of failures) if (check !== 'keys') throw new Error(`${room} bytes: ${message}`);
  const sealed = must('ledger', 'key', '--all').keys.length;
  if (status === 0) made++;
  else if (sealed > before) begun++;
  else refused++;
  if (status === 0 && sealed !== before + 1) throw new Error(`${room} bytes: made, and not sealed`);
  const { rotated } = must('ledger', 'key', 'rotate');
  if (rotated === sealed > before && status !== 0) throw new Error(`${room} bytes: begun again in place of finished`);
  const { ok } = must('verify');
  if (!ok) throw new Error(`${room} bytes: the ledger does not verify`);
}
rmSync(ballast);
console.log(`${made} made, ${begun} begun and finished later, ${refused} refused: the ledger is whole`);
if (made === 0 || refused + begun === 0) throw new Error('the room tried does not tell');
