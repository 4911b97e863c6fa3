import { readFileSync, statSync } from 'node:fs';
import { join, parse, resolve } from 'node:path';
import type { Workplace } from '../../data/index.ts';
import { parseJson, type Value } from '../../dvc/index.ts';
import { AssayError } from '../../errors.ts';
import { builtInTemplates } from './built-in.ts';

/**
 * A template by its name in `.dvc/plots`, with `.json` or without; by its path from where the person is; or built in.
 * @throws AssayError `ASSAY_DVC_PLOT_TEMPLATE`
 */
export function findTemplate({ repository, directory }: Workplace, name = 'linear'): Value {
  const own = join(repository.folder, 'plots', name);
  const { dir, name: stem } = parse(own);
  for (const file of [own, join(dir, `${stem}.json`), resolve(directory, name)]) {
    if (!statSync(file, { throwIfNoEntry: false })?.isFile()) continue;
    return parseJson(readFileSync(file, 'utf8'), file);
  }
  const known = builtInTemplates.get(name);
  if (known !== undefined) return known;
  throw new AssayError('ASSAY_DVC_PLOT_TEMPLATE', `there is no template ${name}`, {
    hint: `There are ${[...builtInTemplates.keys()].join(', ')}; a template of your own belongs into .dvc/plots.`,
  });
}
