import { posix } from 'node:path';
import { type ComparedTree, locationOf, shownPath, type Workplace } from '../data/index.ts';
import { toText, type Value } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { isMap } from './datapoint.ts';

/** What may be said of how a plot looks: `x`, `y`, `x_label`, `y_label`, `title`, `template`, `header`. */
export type PlotProperties = { readonly [name: string]: Value };

/** By the file that defines them, as the person sees it (empty for outputs of stages), then by the plot's name in it. */
export type PlotDefinitions = ReadonlyMap<string, ReadonlyMap<string, PlotProperties>>;

export interface PlotChoice {
  /** Only these: files, or regular expressions that a plot's name begins with. */
  readonly targets?: readonly string[];
  /** Said of all plots, over what their definitions say. */
  readonly properties?: PlotProperties;
}

const definable = ['x', 'y', 'x_label', 'y_label', 'title', 'template'];

/**
 * The plots of a workspace or commit: those at the top of each `dvc.yaml`, those that are outputs of stages, and files that
 * are named as targets. A folder stands for the files in it.
 * @throws AssayError `ASSAY_DVC_PLOT`
 */
export async function readDefinitions(
  workplace: Workplace,
  tree: ComparedTree,
  choice: PlotChoice,
): Promise<PlotDefinitions> {
  const { targets = [], properties = {} } = choice;
  const isMeant = matcher(targets);
  const found = new Map<string, Map<string, PlotProperties>>();
  const add = (file: string, id: string, said: PlotProperties) => {
    const known = found.get(file) ?? new Map<string, PlotProperties>();
    known.set(id, { ...known.get(id), ...said });
    found.set(file, known);
  };
  // Files are named as their folder was.
  const filesOf = async (path: string) => {
    const location = insideOf(workplace, path);
    if (location === undefined) return [path];
    const below = await tree.filesBelow(location);
    return below?.map((file) => posix.join(path, posix.relative(location, file))) ?? [path];
  };
  for (const pipeline of tree.index.pipelines) {
    if (pipeline.plots.length === 0) continue;
    const file = shownPath(workplace, pipeline.file);
    found.set(file, found.get(file) ?? new Map());
    const entries = new Map(pipeline.plots.map((entry) => parseEntry(entry, pipeline.file)));
    const placed = (path: string) => posix.normalize(posix.join(posix.dirname(file), path));
    const parents = [...entries.keys()].map(placed);
    for (const [id, said] of entries) {
      if (!isMeant(id, file)) continue;
      if (isMap(said.y)) add(file, id, { ...movedSources(said, placed), ...properties });
      else {
        // A file belongs to the innermost of the folders that are named.
        for (const path of await filesOf(placed(id))) {
          if (closest(path, parents) === placed(id)) add(file, path, { ...said, ...properties });
        }
      }
    }
  }
  for (const { out, stage } of tree.index.outs) {
    if (out.plot === false) continue;
    const path = shownPath(workplace, out.location);
    if (!isMeant(path, shownPath(workplace, stage.file))) continue;
    const said = out.plot === true ? {} : out.plot;
    for (const file of await filesOf(path)) add('', file, { ...said, ...properties });
  }
  for (const target of targets) {
    if (found.size > 0 && !(await exists(workplace, tree, target))) continue;
    for (const file of await filesOf(target)) add('', file, properties);
  }
  return found;
}

/** The files that a plot is drawn from. */
export function sourcesOf(id: string, { x, y }: PlotProperties): readonly string[] {
  const sources = isMap(y) ? Object.keys(y) : [id];
  const [first] = isMap(x) ? Object.keys(x) : [];
  return [...new Set(first === undefined ? sources : [...sources, first])];
}

function parseEntry(entry: Value, file: string): readonly [string, PlotProperties] {
  if (typeof entry !== 'object' || entry === null) return [toText(entry), {}];
  const [pair, ...more] = Object.entries(isMap(entry) ? entry : {});
  if (pair === undefined || more.length > 0) throw invalid(file, 'an entry is a file, or one name with its properties');
  const [id, said] = pair;
  if (said === null) return [id, {}];
  if (!isMap(said)) throw invalid(`${file}: plots.${id}`, 'its properties are no map');
  for (const [name, value] of Object.entries(said)) {
    if (!definable.includes(name)) {
      throw invalid(`${file}: plots.${id}`, `\`${name}\` is not known here; there may be ${definable.join(', ')}`);
    }
    const isText = typeof value === 'string';
    const isFields = (one: Value) =>
      typeof one === 'string' || (Array.isArray(one) && one.every((field) => typeof field === 'string'));
    const fits =
      name === 'y'
        ? isFields(value) || (isMap(value) && Object.values(value).every(isFields))
        : isText || (name === 'x' && isMap(value) && Object.values(value).every((field) => typeof field === 'string'));
    if (!fits) throw invalid(`${file}: plots.${id}.${name}`, 'it is neither a text nor what else may stand here');
  }
  return [id, said];
}

function movedSources(said: PlotProperties, placed: (path: string) => string): PlotProperties {
  const moved = (axis: Value | undefined) =>
    isMap(axis) ? Object.fromEntries(Object.entries(axis).map(([path, fields]) => [placed(path), fields])) : undefined;
  const [x, y] = [moved(said.x), moved(said.y)];
  return { ...said, ...(x ? { x } : {}), ...(y ? { y } : {}) };
}

function closest(path: string, parents: readonly string[]): string {
  let best = '';
  for (const parent of parents)
    if ((path === parent || path.startsWith(`${parent}/`)) && parent.length > best.length) best = parent;
  return best;
}

/** DVC takes a target for a regular expression at the start of a plot's name, with its file before it or not. */
function matcher(targets: readonly string[]): (id: string, file: string) => boolean {
  if (targets.length === 0) return () => true;
  const patterns = targets.map((target) => {
    try {
      const pattern = new RegExp(`^(?:${target})`, 'u');
      return (text: string) => pattern.test(text);
    } catch {
      return (text: string) => text.startsWith(target);
    }
  });
  return (id, file) => patterns.some((matches) => matches(id) || matches(`${file}::${id}`));
}

async function exists(workplace: Workplace, tree: ComparedTree, target: string): Promise<boolean> {
  const location = insideOf(workplace, target);
  if (location === undefined) return false;
  return (await tree.filesBelow(location)) !== undefined || (await tree.read(location)) !== undefined;
}

/** A path from where the person is, relative to the root; undefined outside of the repository. */
export function insideOf(workplace: Workplace, path: string): string | undefined {
  try {
    return locationOf(workplace, path);
  } catch {
    return undefined;
  }
}

function invalid(place: string, message: string): AssayError {
  return new AssayError('ASSAY_DVC_PLOT', `${place}: ${message}`, {
    hint: 'See the section on plots in docs/guides/dvc.md.',
  });
}
