import { resolve } from 'node:path';
import {
  FolderCache,
  type Labelling,
  labelTexts,
  localLabelerNames,
  planLabelling,
  readTextLines,
  writeFileAtomically,
} from '@assay/nlp';
import { AssayError } from '../errors.ts';
import { defineCommand } from './command.ts';
import { labelerNames, labelersOf } from './labelers.ts';

export const command = defineCommand({
  arguments: ['FILE'],
  options: {
    labelers: {
      value: 'NAMES',
      default: localLabelerNames.join(','),
      description: `which, with commas between: ${labelerNames.join(', ')}`,
    },
    out: { value: 'FILE', description: 'gets one line {"id", "labels", "scores"} for each text; needed to label' },
    cache: { value: 'DIR', description: 'keep answers here by content, and ask for none of them again' },
    settings: { value: 'FILE', description: 'of the labelers, YAML or JSON: endpoints, rates, prices, label schemes' },
    dryRun: { description: 'say what would be asked and what it would cost; nothing is sent' },
    maxUsd: { value: 'N', number: true, description: 'stop before more than this is spent, as prices are listed' },
    maxRequests: { value: 'N', number: true, description: 'stop before more requests than this, retries counted' },
    concurrency: { value: 'N', number: true, default: 4, description: 'requests in flight for each labeler' },
  },
  details:
    'FILE holds lines {"id": "…", "text": "…"}, such as paragraphs.jsonl. The labels are negative, neutral and positive\n' +
    "(and mixed, where a labeler's scheme has four classes); a score is the labeler's own, from −1 to 1. A text longer\n" +
    'than a service takes is asked for in parts, by its sentences, and its line says in how many.',
  async run({ arguments: [file = ''], options, context, output, signal }) {
    const path = (name: string): string => resolve(context.directory, name);
    const limit = limitsOf(options.maxUsd, options.maxRequests, options.concurrency);
    const { out } = options;
    if (out === undefined && !options.dryRun) {
      throw new AssayError('ASSAY_LABEL_OPTIONS', 'there is no place for the labels', {
        hint: 'Name a file by --out, or only look by --dry-run.',
      });
    }
    const labelers = await labelersOf(options.labelers, options.settings && path(options.settings), {
      environment: process.env,
      directory: context.directory,
    });
    const texts = await readTextLines(path(file));
    await using cache = options.cache ? await FolderCache.open(path(options.cache)) : undefined;
    if (options.dryRun) {
      const plans = planLabelling(labelers, texts, cache);
      output.table(
        ['labeler', 'version', 'texts', 'from cache', 'in parts', 'refused', 'requests', 'US$', 'at least'],
        plans.map((plan) => [
          plan.name,
          plan.version,
          plan.texts,
          plan.cached,
          plan.split,
          plan.refused,
          plan.requests,
          plan.usd.toFixed(4),
          plan.seconds === 0 ? '' : `${plan.seconds.toFixed(1)} s`,
        ]),
        ['left', 'left', 'right', 'right', 'right', 'right', 'right', 'right', 'right'],
      );
      output.print(`Nothing was sent. All of it costs about $${sum(plans.map(({ usd }) => usd)).toFixed(4)}.`);
      output.result({ texts: texts.length, labelers: plans, usd: sum(plans.map(({ usd }) => usd)) });
      return 0;
    }

    const progress = output.progress('label', 'labels');
    const done = new Map(labelers.map(({ name }) => [name, 0]));
    const labelling = await labelTexts(labelers, texts, {
      signal,
      ...limit,
      ...(cache ? { cache } : {}),
      onProgress: (of) => {
        done.set(of.labeler, of.done);
        progress.update(sum([...done.values()]), texts.length * labelers.length);
      },
    }).finally(() => progress.end());
    const written = path(out!);
    await writeFileAtomically(written, labelling.lines.map((line) => `${JSON.stringify(line)}\n`).join(''));

    const runs = labelling.runs.map((run) => ({ ...run, labels: countLabels(labelling, run.name) }));
    const labels = [...new Set(labelers.flatMap((labeler) => labeler.labels))];
    const paid = runs.some(({ usd }) => usd > 0);
    output.table(
      ['labeler', 'version', 'labelled', ...labels, 'failed', 'from cache', ...(paid ? ['requests', 'US$'] : [])],
      runs.map((run) => [
        run.name,
        run.version,
        run.labelled,
        ...labels.map((label) => run.labels[label] ?? 0),
        run.failed,
        run.cached,
        ...(paid ? [run.requests, run.usd.toFixed(4)] : []),
      ]),
      ['left', 'left', ...Array.from({ length: labels.length + 5 }, () => 'right' as const)],
    );
    for (const { name, split } of runs)
      if (split > 0) output.note(`${name}: ${split} long texts were asked for in parts`);
    output.result({ out: written, texts: texts.length, labelers: runs });
    return 0;
  },
});

function limitsOf(usd: number | undefined, requests: number | undefined, concurrency: number) {
  const whole = (value: number): boolean => Number.isInteger(value) && value >= 1;
  if ((usd !== undefined && !(usd >= 0)) || (requests !== undefined && !whole(requests)) || !whole(concurrency)) {
    throw new AssayError('ASSAY_LABEL_OPTIONS', 'a limit of the labelling cannot be what it is', {
      hint: '--max-usd is a number of at least 0; --max-requests and --concurrency are whole numbers of at least 1.',
    });
  }
  return {
    concurrency,
    budget: { ...(usd === undefined ? {} : { usd }), ...(requests === undefined ? {} : { requests }) },
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function countLabels({ lines }: Labelling, labeler: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { labels } of lines) {
    const label = labels[labeler];
    if (label) counts[label] = (counts[label] ?? 0) + 1;
  }
  return counts;
}
