import { resolve } from 'node:path';
import {
  FolderCache,
  type Labelling,
  labelTexts,
  localLabeler,
  localLabelerNames,
  readTextLines,
  writeFileAtomically,
} from '@assay/nlp';
import { AssayError } from '../errors.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  arguments: ['FILE'],
  options: {
    labelers: {
      value: 'NAMES',
      default: localLabelerNames.join(','),
      description: `which, with commas between: ${localLabelerNames.join(', ')}`,
    },
    out: { value: 'FILE', required: true, description: 'gets one line {"id", "labels", "scores"} for each text' },
    cache: { value: 'DIR', description: 'keep answers here by content, and ask for none of them again' },
  },
  details:
    'FILE holds lines {"id": "…", "text": "…"}, such as paragraphs.jsonl. The labels are negative, neutral and positive;\n' +
    "a score is the labeler's own, from −1 to 1.",
  async run({ arguments: [file = ''], options, context, output, signal }) {
    const labelers = namesOf(options.labelers).map(localLabeler);
    const texts = await readTextLines(resolve(context.directory, file));
    const out = resolve(context.directory, options.out);
    await using cache = options.cache ? await FolderCache.open(resolve(context.directory, options.cache)) : undefined;
    const progress = output.progress('label', 'labels');
    const done = new Map(labelers.map(({ name }) => [name, 0]));
    const labelling = await labelTexts(labelers, texts, {
      signal,
      ...(cache ? { cache } : {}),
      onProgress: (of) => {
        done.set(of.labeler, of.done);
        progress.update(
          [...done.values()].reduce((sum, count) => sum + count, 0),
          texts.length * labelers.length,
        );
      },
    }).finally(() => progress.end());
    await writeFileAtomically(out, labelling.lines.map((line) => `${JSON.stringify(line)}\n`).join(''));

    const runs = labelling.runs.map((run) => ({ ...run, labels: countLabels(labelling, run.name) }));
    output.table(
      ['labeler', 'version', 'labelled', 'negative', 'neutral', 'positive', 'from cache'],
      runs.map(({ name, version, labelled, cached, labels }) => [
        name,
        version,
        labelled,
        labels.negative ?? 0,
        labels.neutral ?? 0,
        labels.positive ?? 0,
        cached,
      ]),
      ['left', 'left', 'right', 'right', 'right', 'right', 'right'],
    );
    output.result({ out, texts: texts.length, labelers: runs });
    return 0;
  },
});

function namesOf(list: string): string[] {
  const names = list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length > 0) return names;
  throw new AssayError('ASSAY_LABEL_NO_LABELERS', '--labelers names none.', {
    hint: `Known labelers: ${localLabelerNames.join(', ')}.`,
  });
}

function countLabels({ lines }: Labelling, labeler: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { labels } of lines) {
    const label = labels[labeler];
    if (label) counts[label] = (counts[label] ?? 0) + 1;
  }
  return counts;
}
