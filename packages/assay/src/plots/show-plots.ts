import { ComparedTrees, commitOf, type Workplace } from '../data/index.ts';
import { toText, type Value } from '../dvc/index.ts';
import { AssayError } from '../errors.ts';
import { type Datapoint, type PlotContent, PlotProblem } from './datapoint.ts';
import {
  insideOf,
  type PlotChoice,
  type PlotDefinitions,
  type PlotProperties,
  readDefinitions,
  sourcesOf,
} from './definitions.ts';
import { type FlatData, flatten } from './flat-data.ts';
import { isImage, readSource, type Source } from './source-file.ts';
import { specificationOf } from './specification.ts';
import { findTemplate } from './templates/find-template.ts';

/** A chart over all revisions that have data for it, or a picture for each that has one. */
export type Plot =
  | {
      readonly type: 'vega';
      readonly id: string;
      readonly revisions: readonly string[];
      /** Vega-Lite 5, data and all. Integers are bigints. */
      readonly spec: { readonly [key: string]: Value };
      /** Asked to split: what was left out of it. */
      readonly anchors?: { readonly [anchor: string]: Value };
    }
  | { readonly type: 'image'; readonly id: string; readonly images: readonly PlotImage[] }
  | { readonly type: 'none'; readonly id: string };

export interface PlotImage {
  readonly revision: string;
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** What kept a plot, or all of a revision, from being drawn. */
export interface PlotFailure {
  readonly name?: string;
  readonly rev: string;
  readonly source?: string;
  readonly type: string;
  readonly msg: string;
}

export interface ShownPlots {
  readonly plots: readonly Plot[];
  readonly failures: readonly PlotFailure[];
}

export interface PlotRequest extends PlotChoice {
  /** Revisions of git, and `workspace`, which comes first; the workspace alone unless given. */
  readonly revisions?: readonly string[];
  readonly split?: boolean;
}

/** What was read of one revision. */
interface RevisionPlots {
  readonly revision: string;
  readonly definitions: PlotDefinitions;
  readonly sources: ReadonlyMap<string, Source>;
  readonly problems: ReadonlyMap<string, PlotProblem>;
}

/**
 * The plots of some revisions, each drawn over all of them.
 * @throws AssayError `ASSAY_DVC_NO_REVISION`, `ASSAY_DVC_NO_GIT`, `ASSAY_DVC_PLOT_TEMPLATE`, `ASSAY_DVC_PLOT_FIELD`
 */
export async function showPlots(workplace: Workplace, request: PlotRequest = {}): Promise<ShownPlots> {
  const asked = request.revisions ?? ['workspace'];
  const revisions = [...new Set(asked.includes('workspace') ? ['workspace', ...asked] : asked)];
  const trees = new ComparedTrees(workplace);
  const read: RevisionPlots[] = [];
  const failures: PlotFailure[] = [];
  try {
    for (const revision of revisions) {
      const rev = revision === 'workspace' ? undefined : await commitOf(workplace.repository, revision);
      try {
        read.push(await readRevision(workplace, trees, revision, rev, request));
      } catch (error) {
        if (!(error instanceof AssayError)) throw error;
        failures.push({ rev: revision, type: error.code, msg: error.message });
      }
    }
  } finally {
    await trees.close();
  }
  const drawn = [...groups(read)].map(([id, group]) => draw(workplace, id, group, request));
  return {
    plots: drawn.map(({ plot }) => plot),
    failures: [...drawn.flatMap((one) => one.failures), ...failures],
  };
}

async function readRevision(
  workplace: Workplace,
  trees: ComparedTrees,
  revision: string,
  rev: string | undefined,
  choice: PlotChoice,
): Promise<RevisionPlots> {
  const tree = await trees.open(rev);
  const definitions = await readDefinitions(workplace, tree, choice);
  const needed = new Set(
    [...definitions.values()].flatMap((plots) => [...plots].flatMap(([id, said]) => sourcesOf(id, said))),
  );
  const sources = new Map<string, Source>();
  const problems = new Map<string, PlotProblem>();
  for (const path of needed) {
    const location = insideOf(workplace, path);
    if (location === undefined) {
      problems.set(path, new PlotProblem('FileNotFoundError', `${path} lies outside of the repository`));
      continue;
    }
    const plot = tree.index.byLocation.get(location)?.out.plot;
    const said = { ...(typeof plot === 'object' ? plot : {}), ...choice.properties };
    try {
      const source = await readSource(tree, location, path, said.header !== false);
      if (source) sources.set(path, source);
    } catch (error) {
      if (!(error instanceof PlotProblem)) throw error;
      problems.set(path, error);
    }
  }
  return { revision, definitions, sources, problems };
}

/** A plot as one revision defines it. */
interface Defined {
  readonly read: RevisionPlots;
  readonly id: string;
  readonly properties: PlotProperties;
}

/** Plots by name over all revisions. The file stands before a name that several files of a revision define. */
function groups(read: readonly RevisionPlots[]): ReadonlyMap<string, readonly Defined[]> {
  const found = new Map<string, Defined[]>();
  for (const revision of read) {
    const byId = new Map<string, (readonly [string, PlotProperties])[]>();
    for (const [file, plots] of revision.definitions) {
      for (const [id, properties] of plots) byId.set(id, [...(byId.get(id) ?? []), [file, properties]]);
    }
    for (const [id, list] of byId) {
      for (const [file, properties] of list) {
        const name = list.length > 1 && file !== '' ? `${file}::${id}` : id;
        found.set(name, [...(found.get(name) ?? []), { read: revision, id, properties }]);
      }
    }
  }
  return found;
}

function draw(
  workplace: Workplace,
  id: string,
  group: readonly Defined[],
  { split = false }: PlotRequest,
): { readonly plot: Plot; readonly failures: readonly PlotFailure[] } {
  // What is said of the first revision counts before what is said of the others.
  const properties: PlotProperties = Object.assign({}, ...group.map((one) => one.properties).reverse());
  const unread: PlotFailure[] = [];
  const undrawn: PlotFailure[] = [];
  const flats: FlatData[] = [];
  const datapoints: Datapoint[] = [];
  const revisions: string[] = [];
  const images: PlotImage[] = [];
  for (const { read, id: own, properties: said } of group) {
    const rev = read.revision;
    const contents = new Map<string, PlotContent>();
    for (const path of sourcesOf(own, said)) {
      const source = read.sources.get(path);
      const problem = read.problems.get(path);
      if (problem) unread.push({ name: id, rev, source: path, type: problem.kind, msg: problem.message });
      else if (source && 'image' in source) images.push({ revision: rev, path, bytes: source.image });
      else if (source) contents.set(path, source);
    }
    if (isImage(own)) continue;
    try {
      const flat = flatten(own, rev, contents, properties);
      if (!flat) continue;
      flats.push(flat);
      revisions.push(rev);
      datapoints.push(...flat.datapoints);
    } catch (error) {
      if (!(error instanceof PlotProblem)) throw error;
      undrawn.push({ name: id, rev, type: error.kind, msg: error.message });
    }
  }
  const failures = [...unread, ...undrawn];
  const inner = group[0]!.id;
  if (isImage(inner)) {
    return { plot: images.length > 0 ? { type: 'image', id: inner, images } : { type: 'none', id: inner }, failures };
  }
  const [first] = flats;
  const template = findTemplate(workplace, properties.template === undefined ? undefined : toText(properties.template));
  if (!first) return { plot: { type: 'none', id }, failures };
  const title = properties.title === undefined || properties.title === null ? id : toText(properties.title);
  const { spec, anchors } = specificationOf({ ...first, id, template, title, revisions, datapoints, split });
  return { plot: { type: 'vega', id, revisions, spec, ...(split ? { anchors } : {}) }, failures };
}
