import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist', 'assay');
const manifest = (folder: string): Manifest => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });

// Node refuses TypeScript inside node_modules: what is published is bundled; its own dependencies stay outside.
const dependencies = Object.assign(
  {},
  ...['packages/learn', 'packages/nlp', 'packages/assay'].map((folder) => manifest(folder).dependencies),
);
for (const name of Object.keys(dependencies)) if (name.startsWith('@assay/')) delete dependencies[name];
const bundle = await rolldown({
  input: { main: join(root, 'packages/assay/src/cli/main.ts') },
  platform: 'node',
  external: (id) =>
    id.startsWith('node:') || Object.keys(dependencies).some((name) => id === name || id.startsWith(`${name}/`)),
});
await bundle.write({
  dir: dist,
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name]-[hash].js',
});
await bundle.close();

const { name, version } = manifest('packages/assay');
const published = {
  name,
  version,
  description: 'From raw data to a governed, explained, served model, every step provable.',
  license: 'Apache-2.0',
  type: 'module',
  bin: { assay: './bin/assay.js' },
  engines: { node: '>=24' },
  dependencies: Object.fromEntries(Object.entries(dependencies).sort()),
  optionalDependencies: manifest('.').optionalDependencies,
};
writeFileSync(join(dist, 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
cpSync(join(root, 'packages/assay/bin'), join(dist, 'bin'), { recursive: true });
for (const file of ['LICENSE', 'README.md']) cpSync(join(root, file), join(dist, file));

const vite = join(root, 'node_modules/vite/bin/vite.js');
const studio = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
  cwd: join(root, 'packages/studio'),
  stdio: 'inherit',
});
if (studio.status !== 0) process.exit(1);
cpSync(join(root, 'packages/studio/dist'), join(dist, 'studio'), { recursive: true });

const check = spawnSync(process.execPath, [join(dist, 'bin/assay.js'), 'help'], { encoding: 'utf8' });
if (check.status !== 0) throw new Error(`the built command line does not start:\n${check.stderr}`);
console.log(`built ${name} ${version} into dist/assay`);
