import { AssayError } from '../errors.ts';
import type { ReadOptions } from './draft.ts';

/**
 * Reads what a person supplies on the command line for environments and code that are not here:
 * `NAME=process` or `NAME=FOLDER:FOLDER` (a toolchain's folders) for an environment, `NAME=COMMAND` for a model.
 *
 * @throws AssayError ASSAY_PIPELINE_SUPPLY
 */
export function parseSupplies(given: {
  readonly environments?: readonly string[];
  readonly models?: readonly string[];
  readonly acceptRoles?: readonly string[];
}): Pick<ReadOptions, 'environments' | 'models' | 'acceptRoles'> {
  const environments = (given.environments ?? []).map((text) => {
    const [name, value] = split(text, 'NAME=process, or NAME=FOLDER of a toolchain');
    return [name, value === 'process' ? value : { path: value.split(':') }] as const;
  });
  const models = (given.models ?? []).map((text) => {
    const [name, run] = split(text, 'NAME="COMMAND"');
    return [name, { run }] as const;
  });
  return {
    environments: Object.fromEntries(environments),
    models: Object.fromEntries(models),
    acceptRoles: given.acceptRoles ?? [],
  };
}

function split(text: string, form: string): [name: string, value: string] {
  const equals = text.indexOf('=');
  if (equals < 1 || equals === text.length - 1)
    throw new AssayError('ASSAY_PIPELINE_SUPPLY', `\`${text}\` supplies nothing`, { hint: `Write ${form}.` });
  return [text.slice(0, equals), text.slice(equals + 1)];
}
