import { spawn, spawnSync } from 'node:child_process';
import { existsSync, globSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Builds the studio's pages if their source is newer, then serves demo/ (or the folder this was started in). */

const root = join(import.meta.dirname, '..');
const page = join(root, 'packages/studio/dist/index.html');
const sources = globSync(
  'packages/{studio/{src,index.html,vite.config.ts,package.json},assay/src/{server/**,records/proof/**}}',
  {
    cwd: root,
  },
);
const newest = Math.max(
  ...[...sources, ...globSync('packages/studio/src/**', { cwd: root })].map(
    (file) => statSync(join(root, file)).mtimeMs,
  ),
);
if (!existsSync(page) || statSync(page).mtimeMs < newest) {
  console.error("Building the studio's pages …");
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const built = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
    cwd: join(root, 'packages/studio'),
    stdio: ['ignore', 2, 2],
  });
  if (built.status !== 0) process.exit(1);
}

const demo = join(root, 'demo');
const project = existsSync(join(demo, '.assay')) ? demo : process.cwd();
if (project !== demo) console.error('There is no demo/ yet; `npm run demo` makes it.');
const launcher = join(root, 'packages/assay/bin/assay.js');
const child = spawn(process.execPath, [launcher, '-C', project, 'studio', ...process.argv.slice(2)], {
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => {
  process.exitCode = code ?? 0;
});
