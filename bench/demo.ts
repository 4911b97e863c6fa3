import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';

/** Seconds of `npm run demo` after set-up: from nothing, and once more with nothing changed. Removes demo/ first. */

const root = join(import.meta.dirname, '..');
rmSync(join(root, 'demo'), { recursive: true, force: true });
console.log('| npm run demo, after set-up | seconds |');
console.log('|---|---|');
for (const name of ['from nothing', 'again, nothing changed']) {
  const started = performance.now();
  const { status, stderr } = spawnSync('npm', ['run', 'demo'], { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`the demo failed:\n${stderr}`);
  const wall = (performance.now() - started) / 1000;
  console.log(`| ${name} | ${wall.toFixed(1)} |`);
}
