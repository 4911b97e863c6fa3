import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Repository } from '../dvc/index.ts';
import { type Plain, readPickle, writePickle } from './pickle.ts';
import type { ExperimentSettings } from './request.ts';

/** Where DVC keeps, within a queued experiment's commit, how it is to be run. */
export function argumentsFile({ temporary }: Repository): string {
  return join(temporary, 'repro.dat');
}

/** @throws AssayError `ASSAY_EXP_ARGUMENTS` */
export function readArguments(repository: Repository): ExperimentSettings {
  const file = argumentsFile(repository);
  const data = existsSync(file) ? readPickle(readFileSync(file)) : {};
  const { args, kwargs } = fields(data);
  const given = fields(kwargs);
  const flag = (name: string) => given[name] === true;
  const words = Array.isArray(args) && args.length > 0 ? (args as readonly Plain[])[0] : given.targets;
  const targets = typeof words === 'string' ? [words] : Array.isArray(words) ? words.map(String) : [];
  return {
    targets,
    singleItem: flag('single_item'),
    pipeline: flag('pipeline'),
    allPipelines: flag('all_pipelines'),
    recursive: flag('recursive'),
    downstream: flag('downstream'),
    pull: flag('pull'),
    allowMissing: flag('allow_missing'),
    force: flag('force'),
    noRunCache: given.run_cache === false,
    glob: flag('glob'),
    forceDownstream: flag('force_downstream'),
    onFailure: given.on_error === 'ignore' || given.on_error === 'keep-going' ? given.on_error : 'stop',
  };
}

export function writtenArguments(settings: ExperimentSettings, variables: Readonly<Record<string, string>>): Buffer {
  return writePickle({
    args: [],
    kwargs: {
      run_env: variables,
      targets: settings.targets,
      single_item: settings.singleItem,
      force: settings.force,
      dry: false,
      interactive: false,
      pipeline: settings.pipeline,
      all_pipelines: settings.allPipelines,
      downstream: settings.downstream,
      recursive: settings.recursive,
      force_downstream: settings.forceDownstream,
      ...(settings.glob ? { glob: true } : {}),
      pull: settings.pull,
      allow_missing: settings.allowMissing,
      on_error: settings.onFailure === 'stop' ? 'fail' : settings.onFailure,
      ...(settings.noRunCache ? { run_cache: false } : {}),
    },
  });
}

function fields(value: Plain | undefined): { readonly [key: string]: Plain } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as { readonly [key: string]: Plain })
    : {};
}
