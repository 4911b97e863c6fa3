import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { resolve } from 'node:path';
import type { StageGraph } from '../pipelines/index.ts';
import type { Fingerprint } from './run.ts';
import { readToolchain } from './toolchain.ts';

/** The machine and the tools that a run had; nothing in it names a person or a host. */
export function readFingerprint(graph: StageGraph): Fingerprint {
  const tools: Record<string, Readonly<Record<string, string>>> = {};
  for (const { environment } of graph.stages) {
    const found = environment.path.map((path) => readToolchain(resolve(graph.directory, path)).tools);
    const all: Readonly<Record<string, string>> = Object.assign({}, ...found);
    if (Object.keys(all).length > 0) tools[environment.name] = all;
  }
  return {
    os: `${type()} ${release()}`,
    arch: process.arch,
    node: process.versions.node,
    assay: assayVersion(),
    cpus: availableParallelism(),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    memoryBytes: totalmem(),
    tools,
  };
}

let version: string | undefined;

/** The version in the package's own package.json. */
export function assayVersion(): string {
  version ??= readVersion();
  return version;
}

function readVersion(): string {
  // In a clone this file is src/runs/…; the published package has it bundled at its top or one folder below.
  for (const place of ['../../package.json', '../package.json', './package.json']) {
    const manifest = readManifest(new URL(place, import.meta.url));
    if (manifest?.name === 'assay' && manifest.version !== undefined) return manifest.version;
  }
  return '0.0.0';
}

function readManifest(url: URL): { name?: string; version?: string } | undefined {
  try {
    return JSON.parse(readFileSync(url, 'utf8'));
  } catch {
    return undefined;
  }
}
