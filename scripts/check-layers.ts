import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** A folder of packages/assay/src imports only from folders before it; docs/architecture.md shows the same list. */
const folders = [
  'ion',
  'database',
  'objects',
  'records',
  'workspace',
  'keys',
  'qldb',
  'witness',
  'anchors',
  'dvc',
  'remotes',
  'pipelines',
  'data',
  'metrics',
  'plots',
  'access',
  'executors',
  'runs',
  'experiments',
  'models',
  'lineage',
  'track',
  'governance',
  'attestations',
  'serving',
  'triggers',
  'hub',
  'reports',
  'server',
  'cli',
];
/** What each package may import of the others. */
const packages: Record<string, readonly string[]> = {
  learn: [],
  nlp: ['@assay/learn'],
  assay: ['@assay/learn', '@assay/nlp'],
  studio: ['assay/proof', 'assay/api', 'assay/tokens'],
};

const importPattern =
  /(?:^|\n)\s*(?:import|export)\b[^'";]*?from\s*'([^']+)'|\bimport\s*\(\s*'([^']+)'\s*\)|(?:^|\n)\s*import\s+'([^']+)'/g;
const root = join(import.meta.dirname, '..');
const problems: string[] = [];

for (const file of globSync('packages/*/src/**/*.{ts,tsx}', { cwd: root })) {
  const isTest = /(\.test|[./]contract)\.tsx?$/.test(file) || file.includes('/testing/');
  const [, packageName = '', , folder = ''] = file.split('/');
  const source = readFileSync(join(root, file), 'utf8');
  for (const match of source.matchAll(importPattern)) {
    const specifier = match[1] ?? match[2] ?? match[3] ?? '';
    const complain = (why: string) => problems.push(`${file}: imports ${specifier}: ${why}`);
    if (specifier.startsWith('.')) {
      const target = relative(root, resolve(root, dirname(file), specifier));
      if (!target.startsWith(`packages/${packageName}/`)) {
        complain('reaches into another package');
        continue;
      }
      if (packageName === 'assay' && folders.includes(folder)) {
        const [, , , toFolder = ''] = target.split('/');
        if (!folders.includes(toFolder) || toFolder === folder) continue;
        if (folders.indexOf(toFolder) > folders.indexOf(folder))
          complain(`${folder}/ stands before ${toFolder}/ in the list`);
        const face = `packages/assay/src/${toFolder}/index.ts`;
        const inner =
          target !== face && !/\/(proof\/(index|vkey)|migrations\/index|governance\/guard)\.ts$/.test(target);
        if (inner && !isTest) complain(`only ${toFolder}/index.ts is that folder's face`);
      }
    } else if (/^(@assay\/|assay(\/|$))/.test(specifier)) {
      if (!packages[packageName]?.includes(specifier)) complain(`packages/${packageName} may not`);
    } else if (specifier.startsWith('node:') && /\/(records|anchors)\/proof\//.test(file) && !isTest) {
      complain('proof/ runs in a browser');
    } else if (specifier.startsWith('node:') && packageName === 'studio' && !isTest) {
      complain('the studio runs in a browser');
    }
  }
}

if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exitCode = 1;
}
