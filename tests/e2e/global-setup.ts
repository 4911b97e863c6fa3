import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { assay, root } from './command-line.ts';
import { serveStudio } from './served-studio.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the studio answers. */
    readonly studio: string;
    /** The folder of its project. */
    readonly project: string;
    readonly productionRun: string;
  }
}

/** Builds the studio, makes a project with a model in production and a run in which everything was cached, and serves it. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  execFileSync(process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'error'], {
    cwd: join(root, 'packages/studio'),
    stdio: 'inherit',
    // Vitest's own would build React for development.
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const project = mkdtempSync(join(tmpdir(), 'assay-e2e-'));
  cpSync(join(root, 'examples/edgar-sentiment'), project, { recursive: true });
  await assay(project, ['init']);
  const run = ['run', 'pipeline.yaml', '--set', 'model.epochs=4', '--json'];
  const first: unknown = JSON.parse(await assay(project, run));
  await assay(project, ['model', 'promote', 'edgar-sentiment']);
  await assay(project, run);
  const studio = await serveStudio(project);
  provide('studio', studio.url);
  provide('project', project);
  provide('productionRun', textAt(first, 'run'));
  return async () => {
    await studio[Symbol.asyncDispose]();
    rmSync(project, { recursive: true, force: true });
  };
}

function textAt(value: unknown, name: string): string {
  const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  if (typeof found !== 'string') throw new Error(`no ${name} in ${JSON.stringify(value)}`);
  return found;
}
