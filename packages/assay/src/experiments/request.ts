import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { locationOf, type Workplace } from '../data/index.ts';
import { replaceFile } from '../durable-file.ts';
import { editParams, type Repository } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import type { OnFailure, PlanOptions } from '../runs/index.ts';
import { randomName } from './names.ts';
import { changesOf, type Override } from './override.ts';
import { checkName, experimentExists, listExperiments } from './refs.ts';

/** How the stages of an experiment are to be run. */
export interface ExperimentSettings extends Omit<PlanOptions, 'dry'> {
  /** Runs stages also where nothing changed, and replaces an experiment of that name. */
  readonly force: boolean;
  readonly noRunCache: boolean;
  readonly forceDownstream: boolean;
  readonly onFailure: OnFailure;
}

/** What a person asks for. */
export interface ExperimentRequest extends ExperimentSettings {
  readonly name: string | undefined;
  /** By file, from where the person is. */
  readonly overrides: ReadonlyMap<string, readonly Override[]>;
  /** Of the commit. */
  readonly message: string | undefined;
  /** Files and folders that an experiment outside of the workspace gets copies of; from where the person is. */
  readonly copyPaths: readonly string[];
}

/**
 * The name that an experiment gets: the one asked for, or a new one.
 * @throws AssayError `ASSAY_EXP_NAME`, `ASSAY_EXP_EXISTS`
 */
export async function chooseName(
  repository: Repository,
  baseline: string,
  { name, force }: Pick<ExperimentRequest, 'name' | 'force'>,
  alsoTaken: ReadonlySet<string> = new Set(),
): Promise<string> {
  const taken = new Set(
    (await listExperiments(repository)).filter((one) => one.baseline === baseline).map((one) => one.name),
  );
  if (name === undefined) return randomName((one) => taken.has(one) || alsoTaken.has(one));
  await checkName(repository, name, baseline);
  if (taken.has(name) && !force) throw experimentExists(name);
  return name;
}

/**
 * Files of parameters as overrides make them, by where they are in the repository.
 * @throws AssayError `ASSAY_EXP_OVERRIDE`, `ASSAY_DVC_PARAMS_EDIT`, `ASSAY_DVC_PATH_OUTSIDE`
 */
export async function overriddenFiles(
  workplace: Workplace,
  overrides: ExperimentRequest['overrides'],
): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const [name, list] of overrides) {
    const location = locationOf(workplace, name);
    const path = join(workplace.repository.root, location);
    if (!existsSync(path)) {
      throw new AssayError('ASSAY_EXP_OVERRIDE', `-S names ${name}, which is not there`, {
        hint: 'Name a file of parameters: -S FILE:KEY=VALUE; without FILE it is params.yaml.',
      });
    }
    const text = readFileSync(path, 'utf8');
    files.set(location, await editParams(text, location, await changesOf(text, location, list)));
  }
  return files;
}

export async function writeOverrides(
  workplace: Workplace,
  overrides: ExperimentRequest['overrides'],
): Promise<readonly string[]> {
  const files = await overriddenFiles(workplace, overrides);
  for (const [location, text] of files) {
    const path = join(workplace.repository.root, location);
    if (readFileSync(path, 'utf8') !== text) replaceFile(path, text, { sync: false });
  }
  return [...files.keys()];
}

/** @throws AssayError `ASSAY_EXP_HYDRA` */
export function checkNoHydra({ config }: Repository): void {
  if (config.flag('hydra', 'enabled') !== true) return;
  throw new AssayError('ASSAY_EXP_HYDRA', 'this repository composes params.yaml with Hydra, which is not supported', {
    hint: 'Pass --no-hydra to run with params.yaml as it is, or run this one with dvc.',
  });
}
