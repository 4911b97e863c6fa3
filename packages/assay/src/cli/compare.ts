import { join, resolve } from 'node:path';
import {
  type Comparison,
  compareLabels,
  readLabelLines,
  readTextLines,
  type TextLine,
  writeFileAtomically,
} from '@assay/nlp';
import { comparisonReport } from '../reports/index.ts';
import { defineCommand } from './command.ts';
import { readReferenceLabels } from './reference-labels.ts';

export const command = defineCommand({
  arguments: ['LABELS'],
  options: {
    reference: { value: 'FILE', description: 'labels to judge the labelers by: label lines of one labeler' },
    texts: { value: 'FILE', description: 'lines {"id", "text"}, to show the disputed texts in the report' },
    out: { value: 'DIR', description: 'gets comparison.json and report.html' },
  },
  details:
    'LABELS holds lines {"id": "…", "labels": {"vader": "positive", "afinn": null}}. Intervals are drawn by filing where\n' +
    'texts name theirs ("accession", or the part of the id before #), and by text where there are fewer than ten.',
  async run({ arguments: [file = ''], options, context, output }) {
    const path = (name: string): string => resolve(context.directory, name);
    const lines = await readLabelLines(path(file));
    const texts = options.texts ? await readTextLines(path(options.texts)) : [];
    const comparison = compareLabels(lines, {
      groupOf: groupsOf(texts),
      ...(options.reference ? { reference: await readReferenceLabels(path(options.reference)) } : {}),
    });
    if (options.out) {
      const report = comparisonReport(comparison, new Map(texts.map(({ id, text }) => [id, text])));
      await writeFileAtomically(join(path(options.out), 'comparison.json'), `${JSON.stringify(comparison, null, 2)}\n`);
      await writeFileAtomically(join(path(options.out), 'report.html'), report);
      output.note(`wrote ${join(options.out, 'comparison.json')} and report.html`);
    }

    const { reference } = comparison;
    output.table(
      ['labeler', 'labelled', ...(reference ? [`macro F1 against ${reference.name} [95 %]`, 'accuracy [95 %]'] : [])],
      comparison.labelers.map((name) => {
        const scores = reference ? comparison.against_reference[name] : undefined;
        const judged = scores ? [written(scores.macro_f1), written(scores.accuracy)] : [];
        return [name, comparison.coverage[name]!.labelled, ...judged];
      }),
      ['left', 'right', 'right', 'right'],
    );
    if (reference) {
      const { label, macro_f1 } = reference.majority;
      output.print(`always "${label}": macro F1 ${macro_f1.toFixed(3)}`);
    }
    output.print();
    for (const line of agreementOf(comparison)) output.print(line);
    output.result(comparison);
    return 0;
  },
});

/** A text's filing, by which the intervals are drawn. */
function groupsOf(texts: readonly TextLine[]): (id: string) => string {
  const accessions = new Map(texts.map(({ id, accession }) => [id, accession]));
  return (id) => {
    const hash = id.lastIndexOf('#');
    return accessions.get(id) ?? (hash > 0 ? id.slice(0, hash) : id);
  };
}

function agreementOf(comparison: Comparison): string[] {
  const { krippendorff_alpha, krippendorff_alpha_interval, fleiss_kappa, fleiss_kappa_interval } = comparison;
  return [
    ...comparison.pairs.map(
      ({ labelers: [a, b], cohen_kappa, cohen_kappa_interval }) =>
        `Cohen's κ, ${a} and ${b}: ${written({ value: cohen_kappa, ...cohen_kappa_interval })}`,
    ),
    `Fleiss' κ: ${written({ value: fleiss_kappa, ...fleiss_kappa_interval })}`,
    `Krippendorff's α: ${written({ value: krippendorff_alpha, ...krippendorff_alpha_interval })}`,
    `disputed texts: ${comparison.disputed_items} of ${comparison.items}`,
  ];
}

function written({ value, low, high }: { value: number | null; low: number | null; high: number | null }): string {
  if (value === null) return '—';
  return low === null || high === null
    ? value.toFixed(3)
    : `${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
}
