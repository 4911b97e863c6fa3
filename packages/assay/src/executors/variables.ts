import { resolve } from 'node:path';
import type { Environment, Json } from '../pipelines/index.ts';

const systemPath = ['/usr/local/bin', '/usr/bin', '/bin'];

export interface VariablesRequest {
  readonly environment: Environment;
  /** The pipeline's folder, absolute: the environment's own folders are relative to it. */
  readonly directory: string;
  /** Where `assay` and the pinned Node are. */
  readonly toolFolders: readonly string[];
  /** A folder for temporary files, which is there. */
  readonly temporary: string;
  /** The caller's environment: only what `environment.pass` names is taken from it. */
  readonly caller: Readonly<Record<string, string | undefined>>;
  /** Handed over as JSON in ASSAY_PARAMETERS. */
  readonly parameters: Readonly<Record<string, Json>>;
}

/**
 * The whole environment of a stage, the same on every machine: a clean PATH after the environment's own folders and
 * Assay's, `LANG=C.UTF-8`, `TZ=UTC`, `TMPDIR`, ASSAY_PARAMETERS, what the environment sets, and what it passes through.
 * Nothing else is inherited, `HOME` neither, unless it is passed; but everything, and nothing of this, where the environment
 * inherits.
 */
export function stageVariables(request: VariablesRequest): Readonly<Record<string, string>> {
  const { environment, directory, caller } = request;
  if (environment.inherits) {
    const own = Object.entries(caller).filter((entry): entry is [string, string] => entry[1] !== undefined);
    return { ...Object.fromEntries(own), ...environment.variables };
  }
  const folders = [
    ...environment.path.map((folder) => resolve(directory, folder)),
    ...request.toolFolders,
    ...systemPath,
  ];
  const passed = environment.pass.flatMap((name) => {
    const value = caller[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    TMPDIR: request.temporary,
    ...Object.fromEntries(passed),
    ...environment.variables,
    ASSAY_PARAMETERS: JSON.stringify(request.parameters),
    PATH: [...new Set(folders)].join(':'),
  };
}
