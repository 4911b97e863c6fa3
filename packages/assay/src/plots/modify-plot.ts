import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { locationOf, type Workplace } from '../data/index.ts';
import { replaceFile } from '../durable-file.ts';
import { editPipelineStage, readIndex, type Value, workspaceTree } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { isMap } from './datapoint.ts';
import type { PlotProperties } from './definitions.ts';
import { findTemplate } from './templates/find-template.ts';

const lists = ['outs', 'metrics', 'plots'];

/**
 * Changes what a stage says of how its plot looks; an output that is none yet becomes a plot. Comments and the rest of the
 * file stay.
 * @param unset names of properties that are no longer said
 * @throws AssayError `ASSAY_DVC_NO_TARGET`, `ASSAY_DVC_PLOT`, `ASSAY_DVC_PLOT_TEMPLATE`
 */
export async function modifyPlot(
  workplace: Workplace,
  target: string,
  properties: PlotProperties,
  unset: readonly string[],
): Promise<void> {
  if (typeof properties.template === 'string') findTemplate(workplace, properties.template);
  const { repository } = workplace;
  const index = await readIndex(repository, workspaceTree(repository));
  const found = index.byLocation.get(locationOf(workplace, target));
  if (found?.stage.name === undefined) {
    throw new AssayError('ASSAY_DVC_NO_TARGET', `${target} is no output of a stage`, {
      hint: 'See `assay stage list`; plots at the top of dvc.yaml are changed there.',
    });
  }
  const { out, stage } = found;
  if (out.plot === false && unset.length > 0) throw problem(`${target} is no plot`);
  const known = typeof out.plot === 'object' ? out.plot : {};
  const lacking = unset.filter((name) => !(name in known));
  if (lacking.length > 0) throw problem(`${target} does not say ${lacking.join(', ')}`);
  const file = join(repository.root, stage.file);
  const name = found.stage.name.split('@')[0]!;
  const next = editPipelineStage(readFileSync(file, 'utf8'), stage.file, name, (fields = {}) => {
    const changed = withProperties(fields, out.path, properties, unset);
    if (!changed) throw problem(`${target} is made by a loop: change it in ${stage.file}`);
    return changed;
  });
  replaceFile(file, next, { sync: false });
}

/** The stage's fields with the output among its plots; undefined where it does not stand in them by its own name. */
function withProperties(
  fields: { readonly [key: string]: Value },
  path: string,
  properties: PlotProperties,
  unset: readonly string[],
): { readonly [key: string]: Value } | undefined {
  for (const list of lists) {
    const entries = fields[list];
    if (!Array.isArray(entries)) continue;
    const at = entries.findIndex((entry: Value) => entry === path || (isMap(entry) && path in entry));
    if (at < 0) continue;
    const entry: Value = entries[at];
    const said = isMap(entry) && isMap(entry[path]) ? entry[path] : {};
    const kept = Object.fromEntries(Object.entries({ ...said, ...properties }).filter(([key]) => !unset.includes(key)));
    const entryNow: Value = Object.keys(kept).length > 0 ? { [path]: kept } : path;
    if (list === 'plots') return { ...fields, plots: entries.with(at, entryNow) };
    const { [list]: _old, plots, ...rest } = fields;
    const others = entries.toSpliced(at, 1);
    const known: readonly Value[] = Array.isArray(plots) ? plots : [];
    return { ...rest, ...(others.length > 0 ? { [list]: others } : {}), plots: [...known, entryNow] };
  }
  return undefined;
}

function problem(message: string): AssayError {
  return new AssayError('ASSAY_DVC_PLOT', message, { hint: 'See `assay plots show` and dvc.yaml.' });
}
