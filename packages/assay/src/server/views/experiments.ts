import { extname } from 'node:path';
import { experimentRows } from '../../experiments/index.ts';
import { toJson } from '../../pipelines/index.ts';
import { type Plot, showPlots } from '../../plots/index.ts';
import type { RepositoryReader } from '../repository-reader.ts';
import type { ExperimentsView, PlotsView } from '../schemas/index.ts';

/** Commits whose experiments are shown: HEAD alone, every branch and tag, or so many of HEAD's past. */
export type ExperimentScope = 'head' | 'branches' | 'past';

/** Of HEAD's past, in commits. */
const pastCommits = 100;
/** A larger plot is told of and not sent, in characters. */
const largestPlot = 8 * 1024 * 1024;

const imageTypes: Readonly<Record<string, string>> = {
  '.gif': 'image/gif',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webp': 'image/webp',
};

export async function showExperiments(
  { workplace }: RepositoryReader,
  scope: ExperimentScope,
): Promise<ExperimentsView> {
  return experimentRows(
    workplace,
    scope === 'branches'
      ? { allBranches: true, allTags: true }
      : scope === 'past'
        ? { revs: ['HEAD'], num: pastCommits }
        : {},
  );
}

export async function showPlotsOf({ workplace }: RepositoryReader, revisions: readonly string[]): Promise<PlotsView> {
  const { plots, failures } = await showPlots(workplace, { revisions });
  const views = plots.map(plotView);
  return {
    plots: views.flatMap((one) => ('type' in one ? [one] : [])),
    failures: [
      ...failures.map(({ name, rev, msg }) => ({ plot: name ?? null, revision: rev, message: msg })),
      ...views.flatMap((one) => ('message' in one ? [one] : [])),
    ],
  };
}

function plotView(plot: Plot): PlotsView['plots'][number] | PlotsView['failures'][number] {
  if (plot.type === 'vega') {
    const spec = toJson(plot.spec) as Record<string, unknown>;
    if (JSON.stringify(spec).length <= largestPlot) return { type: 'vega', id: plot.id, spec };
    return { plot: plot.id, revision: '', message: 'it has too many points to be shown here' };
  }
  if (plot.type === 'none') return { plot: plot.id, revision: '', message: 'there is nothing to draw' };
  const images = plot.images.flatMap(({ revision, path, bytes }) => {
    const type = imageTypes[extname(path).toLowerCase()];
    if (type === undefined || bytes.length > largestPlot) return [];
    return [{ revision, path, url: `data:${type};base64,${Buffer.from(bytes).toString('base64')}` }];
  });
  return { type: 'image', id: plot.id, images };
}
