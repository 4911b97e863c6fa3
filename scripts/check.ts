import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const bin = (name: string, script: string) => join(root, 'node_modules', name, script);

const checks: readonly (readonly [string, readonly string[]])[] = [
  ['types', [bin('typescript', 'bin/tsc'), '-p', 'tsconfig.json']],
  ['types of the studio', [bin('typescript', 'bin/tsc'), '-p', 'packages/studio/tsconfig.json']],
  ['format and lint', [bin('@biomejs/biome', 'bin/biome'), 'check', '--error-on-warnings', '.']],
  ['dead code', [bin('knip', 'bin/knip.js')]],
  ['import layers', ['scripts/check-layers.ts']],
  ['command-line reference', ['scripts/build-cli-reference.ts', '--check']],
  ['commands and codes in the docs', ['scripts/check-docs.ts']],
];

let failed = 0;
for (const [name, args] of checks) {
  const started = performance.now();
  const result = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  const ok = result.status === 0;
  if (!ok) failed++;
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  if (!ok) console.log(`${result.stdout}${result.stderr}`.trimEnd());
}
process.exitCode = failed === 0 ? 0 : 1;
