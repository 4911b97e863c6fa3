// `node scripts/run.mjs FILE.ts [arguments]` or `node scripts/run.mjs --bin NAME [arguments]`:
// installs what is missing, then runs that file, or that package's command, on the pinned Node.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { install, root, runtime } from './install.mjs';

install();
const node = runtime();
let args = process.argv.slice(2);
if (args[0] === '--bin') {
  const directory = join(root, 'node_modules', args[1]);
  const manifest = join(directory, 'package.json');
  if (!existsSync(manifest)) throw new Error(`no package ${args[1]} in node_modules`);
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8'));
  args = [join(directory, typeof bin === 'string' ? bin : Object.values(bin)[0]), ...args.slice(2)];
}
const child = spawn(node, args, {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}` },
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  process.exitCode = signal ? 1 : (code ?? 1);
});
