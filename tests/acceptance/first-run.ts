import { cpSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { checkout, type RunResult, Workplace } from './workplace.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A home and a project in which the flagship ran once. */
    readonly flagship: string;
    /** What that run said, as JSON. */
    readonly firstRun: string;
  }
}

/** Runs the flagship once; tests take copies of what it left. Two epochs: what is told here is not how good the model is. */
export default async function firstRun(project: TestProject): Promise<() => void> {
  const place = Workplace.empty();
  cpSync(`${checkout}/examples/edgar-sentiment`, place.root, { recursive: true });
  place.edit('pipeline.yaml', /epochs: \d+/, 'epochs: 2');
  const { code, stderr } = await place.assay('init');
  if (code !== 0) throw new Error(`assay init ended with ${code}\n${stderr}`);
  const run: RunResult = await place.run();
  project.provide('flagship', place.folder);
  project.provide('firstRun', JSON.stringify(run));
  return () => place.remove();
}
