import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const demo = join(root, 'demo');
const project = existsSync(join(demo, '.assay')) ? demo : process.cwd();
if (project !== demo) console.error('There is no demo/ yet; `npm run demo` makes it.');
const child = spawn(
  process.execPath,
  [join(root, 'packages/assay/bin/assay.js'), '-C', project, 'studio', ...process.argv.slice(2)],
  {
    stdio: 'inherit',
  },
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => {
  process.exitCode = code ?? 0;
});
