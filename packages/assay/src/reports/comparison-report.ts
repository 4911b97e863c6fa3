import type { Comparison } from '@assay/nlp';
import { counted, listed, percent, range, share } from './figures.ts';
import { type Html, html } from './html.ts';
import { facts, page, scrolling, section } from './page.ts';
import { distributionBars } from './plots/distribution.ts';
import { type IntervalRow, intervalPlot } from './plots/interval-plot.ts';
import { confusionTable, shadedTable } from './plots/shaded-table.ts';
import { labelChip } from './sentiment-chip.ts';

/** How many of the disputed texts are seen without asking. */
const openDisputes = 12;
const unit = [0, 0.25, 0.5, 0.75, 1];

/**
 * A comparison as one self-contained HTML file.
 *
 * @param texts id → text, for the list of disputed texts; an id alone is shown where the text is not given.
 */
export function comparisonReport(comparison: Comparison, texts: ReadonlyMap<string, string> = new Map()): string {
  const { labelers, bootstrap } = comparison;
  return page({
    title: 'How far the labelers agree',
    lead: findings(comparison),
    body: [
      keyFigures(comparison),
      againstReference(comparison),
      pairwise(comparison),
      distribution(comparison),
      confusions(comparison),
      disputed(comparison, texts),
    ],
    footer: html`Intervals are the middle ${percent(bootstrap.confidence)} of ${bootstrap.resamples} bootstrap draws of
${bootstrap.drawn === 'groups' ? `whole groups (${bootstrap.groups} of them)` : 'single texts'}, seed ${bootstrap.seed}.
Labelers: ${labelers.join(', ')}. ${counted(comparison.items, 'text')}.`,
  });
}

function bestOf({ against_reference }: Comparison): { name: string; value: number } | undefined {
  return Object.entries(against_reference)
    .flatMap(([name, { macro_f1 }]) => (macro_f1.value === null ? [] : [{ name, value: macro_f1.value }]))
    .sort((a, b) => b.value - a.value)[0];
}

/** The result in words. */
function findings(comparison: Comparison): string[] {
  const { labelers, items, krippendorff_alpha: alpha, reference, disputed_items } = comparison;
  const found: string[] = [];
  if (labelers.length === 1) found.push(`Only ${labelers[0]} labelled these ${counted(items, 'text')}.`);
  else {
    found.push(
      `${listed(labelers)} disagree on ${counted(disputed_items, 'text')} of ${items}, ${percent(disputed_items / items)}.`,
    );
  }
  if (alpha !== null) {
    const verdict =
      alpha >= 0.8
        ? 'which is customarily taken as reliable'
        : alpha >= 0.667
          ? 'enough for tentative conclusions only'
          : 'below .67, the least that is customarily asked even for tentative conclusions';
    found.push(`Krippendorff’s α is ${share(alpha)}, ${verdict}.`);
  }
  const best = bestOf(comparison);
  if (reference !== null && best !== undefined) {
    const { majority } = reference;
    const beaten = best.value > majority.macro_f1;
    found.push(
      `Closest to ${reference.name} is ${best.name}, with a macro F1 of ${share(best.value)}; always answering ` +
        `“${majority.label}” ${beaten ? 'reaches' : 'does no worse, with'} ${share(majority.macro_f1)}.`,
    );
  }
  return found;
}

function keyFigures(comparison: Comparison): Html {
  const { krippendorff_alpha_interval: alpha, fleiss_kappa_interval: fleiss, reference } = comparison;
  const best = bestOf(comparison);
  return facts([
    {
      name: 'Krippendorff’s α',
      value: share(comparison.krippendorff_alpha),
      detail: range(alpha.low, alpha.high),
    },
    { name: 'Fleiss’ κ', value: share(comparison.fleiss_kappa), detail: range(fleiss.low, fleiss.high) },
    {
      name: 'Disputed texts',
      value: percent(comparison.disputed_items / comparison.items),
      detail: `${comparison.disputed_items} of ${comparison.items}`,
    },
    ...(reference === null || best === undefined
      ? []
      : [{ name: `Best macro F1 against ${reference.name}`, value: share(best.value), detail: best.name }]),
  ]);
}

function againstReference({ reference, against_reference, labelers }: Comparison): Html | null {
  if (reference === null) return null;
  const majority = {
    name: `always “${reference.majority.label}”`,
    value: reference.majority.macro_f1,
    low: null,
    high: null,
  };
  const rows: IntervalRow[] = labelers.map((name) => ({ name, ...against_reference[name]!.macro_f1 }));
  const categories = Object.keys(against_reference[labelers[0]!]!.per_class);
  const perClass = html`<table class="rows">
<thead><tr><th scope="col">Labeler</th><th scope="col" class="number">Precision</th><th scope="col" class="number">Recall</th><th scope="col" class="number">F1</th></tr></thead>
<tbody>${categories.map((category) => {
    const { support } = against_reference[labelers[0]!]!.per_class[category]!;
    return html`<tr class="group"><th scope="rowgroup" colspan="4">${labelChip(category)} <small>${counted(support, 'text')}</small></th></tr>${labelers.map(
      (name) => {
        const { precision, recall, f1 } = against_reference[name]!.per_class[category]!;
        return html`<tr><th scope="row" class="name">${name}</th>${[precision, recall, f1].map(
          ({ value, low, high }) => html`<td class="number">${share(value)} <small>${range(low, high)}</small></td>`,
        )}</tr>`;
      },
    )}`;
  })}</tbody></table>`;
  return section(
    `Against ${reference.name}`,
    `Macro F1 on the ${counted(reference.items, 'text')} with a reference label, each labeler on those it labelled.`,
    html`<div class="panel">${intervalPlot([...rows, majority], { caption: 'Labeler', value: 'Macro F1', ticks: unit })}</div>`,
    html`<div class="panel" style="margin-top:16px">${scrolling('Precision, recall and F1 of each class', perClass)}</div>`,
  );
}

function pairwise({ labelers, pairs, cohen_kappa }: Comparison): Html | null {
  if (pairs.length === 0) return null;
  const intervalOf = (a: string, b: string): string => {
    const pair = pairs.find(({ labelers: both }) => both.includes(a) && both.includes(b) && a !== b);
    return pair === undefined ? '' : range(pair.cohen_kappa_interval.low, pair.cohen_kappa_interval.high);
  };
  const heat = shadedTable({
    corner: null,
    columns: labelers,
    rows: labelers.map((row) => ({
      name: row,
      cells: labelers.map((column) => {
        if (row === column) return { text: '', shade: null };
        const value = cohen_kappa[row]![column] ?? null;
        return { text: share(value), detail: intervalOf(row, column), shade: value };
      }),
    })),
  });
  return section(
    'Each pair',
    'Cohen’s κ: 0 is what chance would give, 1 is full agreement; the ground is the stronger, the more they agree.',
    html`<div class="panel">${scrolling('Cohen’s κ of each pair', heat)}</div>`,
  );
}

function distribution({ categories, labelers, distribution, items, reference, against_reference }: Comparison): Html {
  const rows = labelers.map((name) => ({
    name,
    counts: categories.map((category) => distribution[name]![category]!),
    total: items,
  }));
  const truth = Object.values(against_reference)[0];
  const reading =
    reference === null || truth === undefined
      ? []
      : [
          {
            name: reference.name,
            counts: categories.map((category) => reference.distribution[category]!),
            total: items,
          },
        ];
  return section(
    'What each says',
    'How the labels are shared out, and how many texts got one.',
    html`<div class="panel">${distributionBars(categories, [...rows, ...reading])}</div>`,
  );
}

function confusions({ categories, labelers, confusion, reference, against_reference }: Comparison): Html {
  const names = (rows: string, columns: string) => ({
    corner: [rows, columns] as const,
    rows: categories,
    columns: categories,
  });
  const panels = [
    ...(reference === null
      ? []
      : labelers.map((name) => ({
          rows: reference.name,
          columns: name,
          counts: against_reference[name]!.confusion,
        }))),
    ...confusion,
  ];
  return section(
    'Who said what when the other said',
    'Counts, and the share of their row. The diagonal is agreement.',
    html`<div class="panels" style="--panel:${110 + 58 * categories.length}px">${panels.map(
      ({ rows, columns, counts }) =>
        html`<div class="panel"><h3>${rows} and ${columns}</h3>${scrolling(
          `Confusion of ${rows} and ${columns}`,
          confusionTable(counts, names(rows, columns)),
        )}</div>`,
    )}</div>`,
  );
}

function disputed({ disagreements, disputed_items }: Comparison, texts: ReadonlyMap<string, string>): Html | null {
  if (disagreements.length === 0) return null;
  const items = disagreements.map(({ id, labels, scores, reference }) => {
    const text = texts.get(id);
    const said = Object.entries(labels).map(([labeler, label]) => {
      const score = scores[labeler] ?? null;
      return html`<span>${labeler} ${labelChip(label, score === null ? null : html`&nbsp;${share(score)}`)}</span>`;
    });
    return html`<li>${text !== undefined && html`<p>${text}</p>`}<div class="id">${id}</div>
<div class="labels">${reference !== null && html`<span>reference ${labelChip(reference)}</span>`}${said}</div></li>`;
  });
  const more = items.slice(openDisputes);
  return section(
    'Most disputed',
    'By how unlike the labels are, then by how far the scores lie apart.',
    html`<div class="panel"><ul class="texts">${items.slice(0, openDisputes)}</ul>${
      more.length > 0 &&
      html`<details><summary>${more.length} more of ${disputed_items}</summary><ul class="texts">${more}</ul></details>`
    }</div>`,
  );
}
