import type { EvaluatedExample, Evaluation } from './evaluation.ts';
import { counted, percent, range, share } from './figures.ts';
import { type Html, html } from './html.ts';
import { facts, page, scrolling, section } from './page.ts';
import { intervalPlot } from './plots/interval-plot.ts';
import { learningCurve } from './plots/learning-curve.ts';
import { confusionTable } from './plots/shaded-table.ts';
import { labelChip } from './sentiment-chip.ts';
import { wordImportance } from './word-importance.ts';

const unit = [0, 0.25, 0.5, 0.75, 1];

/** A model's evaluation as one self-contained HTML file; where the model loses stands at the top. */
export function modelReport(evaluation: Evaluation): string {
  const { target, parts, seed, summary, warnings, drawn } = evaluation;
  const level = evaluation.systems[0]?.macro_f1.level;
  return page({
    title: `The model trained on “${target}”, judged`,
    lead: summary,
    warnings,
    body: [
      keyFigures(evaluation),
      systems(evaluation),
      classes(evaluation),
      confusions(evaluation),
      training(evaluation),
      examples(evaluation.examples),
    ],
    footer: html`Trained on ${counted(parts.train.texts, 'text')} of ${counted(parts.train.groups, 'group')}, stopped by
${parts.dev.texts} of ${parts.dev.groups}, judged on ${parts.test.texts} of ${parts.test.groups}; seed ${seed}.
${level !== undefined && `Intervals are the middle ${percent(level)} of bootstrap draws of ${drawn === 'groups' ? 'whole groups' : 'single texts'}.`}`,
  });
}

function keyFigures({ systems, parts }: Evaluation): Html {
  const model = systems.find(({ kind }) => kind === 'model');
  const labelers = systems
    .filter(({ kind }) => kind === 'labeler')
    .toSorted((a, b) => b.macro_f1.value - a.macro_f1.value);
  return facts([
    ...(model === undefined
      ? []
      : [
          {
            name: 'Macro F1 of the model',
            value: share(model.macro_f1.value),
            detail: range(model.macro_f1.low, model.macro_f1.high),
          },
          {
            name: 'Accuracy of the model',
            value: share(model.accuracy.value),
            detail: range(model.accuracy.low, model.accuracy.high),
          },
        ]),
    ...labelers.slice(0, 1).map(({ name, macro_f1 }) => ({
      name: 'Macro F1 of the best labeler',
      value: share(macro_f1.value),
      detail: `${name}, ${range(macro_f1.low, macro_f1.high)}`,
    })),
    { name: 'Judged on', value: String(parts.test.texts), detail: `texts of ${counted(parts.test.groups, 'group')}` },
  ]);
}

const verdictWords = { better: '▲ better', worse: '▼ worse', 'no clear difference': '= no clear difference' } as const;

function systems({ systems, verdicts }: Evaluation): Html {
  const scores = intervalPlot(
    systems.map(({ name, kind, macro_f1, coverage }) => ({
      name,
      ...macro_f1,
      emphasized: kind === 'model',
      ...(coverage < 1 ? { detail: `answers ${percent(coverage)}` } : {}),
    })),
    { caption: 'System', value: 'Macro F1', ticks: unit },
  );
  const widest = Math.max(
    ...verdicts.map(({ difference }) => Math.max(Math.abs(difference.low), Math.abs(difference.high))),
    0.05,
  );
  const end = Math.ceil(widest * 10) / 10;
  const differences = intervalPlot(
    verdicts.map(({ against, difference, verdict }) => ({
      name: against,
      ...difference,
      detail: verdictWords[verdict],
    })),
    { caption: 'Model against', value: 'Difference', ticks: [-end, 0, end], signed: true },
  );
  return section(
    'On the same test texts',
    'All systems answered the same texts, on which the model was not trained.',
    html`<div class="panel">${scores}</div>`,
    verdicts.length > 0 && html`<div class="panel" style="margin-top:16px">${differences}</div>`,
  );
}

function classes({ labels, systems }: Evaluation): Html {
  const groups = labels.map((label) => {
    const support = systems[0]?.per_class.find((of) => of.label === label)?.support ?? 0;
    const rows = systems.map(({ name, kind, per_class }) => {
      const scores = per_class.find((of) => of.label === label);
      return html`<tr class="${kind === 'model' ? 'emphasis' : ''}"><th scope="row" class="name">${name}</th>${[
        scores?.precision,
        scores?.recall,
        scores?.f1,
      ].map((value) => html`<td class="number">${share(value ?? null)}</td>`)}</tr>`;
    });
    return html`<tr class="group"><th scope="rowgroup" colspan="4">${labelChip(label)} <small>${counted(support, 'text')}</small></th></tr>${rows}`;
  });
  const table = html`<table class="rows">
<thead><tr><th scope="col">System</th><th scope="col" class="number">Precision</th><th scope="col" class="number">Recall</th><th scope="col" class="number">F1</th></tr></thead>
<tbody>${groups}</tbody></table>`;
  return section(
    'Class by class',
    'A precision of 1 means that no other class was taken for it; a recall of 1, that none of it was missed.',
    html`<div class="panel">${scrolling('Precision, recall and F1 of each class', table)}</div>`,
  );
}

function confusions({ target, systems }: Evaluation): Html {
  const shown = [
    ...systems.filter(({ kind }) => kind === 'model'),
    ...systems.filter(({ kind }) => kind === 'labeler'),
  ];
  const widest = Math.max(0, ...shown.map(({ confusion }) => confusion.columns.length));
  return section(
    'What was taken for what',
    'Counts, and the share of their row. The diagonal is right.',
    html`<div class="panels" style="--panel:${110 + 58 * widest}px">${shown.map(
      ({ name, confusion }) =>
        html`<div class="panel"><h3>${name}</h3>${scrolling(
          `Confusion of ${name}`,
          confusionTable(confusion.counts, {
            corner: [target, name],
            rows: confusion.labels,
            columns: confusion.columns,
          }),
        )}</div>`,
    )}</div>`,
  );
}

function training({ history, kept_epoch: kept }: Evaluation): Html | null {
  if (history.length < 2) return null;
  const epochs = history.map(({ epoch }) => epoch);
  return section(
    'How it learned',
    `The dotted line is epoch ${kept}, whose weights were kept. Of several networks, the first is shown.`,
    html`<div class="panels" style="--panel:340px"><div class="panel"><h3>Loss</h3>
<p class="legend"><span>— training</span><span>- - development</span></p>${learningCurve(
      [
        { name: 'training loss', values: history.map(({ train_loss }) => train_loss) },
        { name: 'development loss', values: history.map(({ dev_loss }) => dev_loss) },
      ],
      epochs,
      kept,
    )}</div>
<div class="panel"><h3>Macro F1 on the development texts</h3><p class="legend"><span>— development</span></p>${learningCurve(
      [{ name: 'macro F1', values: history.map(({ dev_macro_f1 }) => dev_macro_f1) }],
      epochs,
      kept,
    )}</div></div>`,
  );
}

function examples(examples: readonly EvaluatedExample[]): Html | null {
  if (examples.length === 0) return null;
  return section(
    'Which words mattered',
    html`A word carries the colour of the predicted label, the stronger the more it spoke for it;
<mark data-against>underlined</mark> words spoke against it. By integrated gradients; the texts it got most wrong come first.`,
    html`<div class="panel"><ul class="texts">${examples.map(
      (example) => html`<li>${wordImportance(example)}<div class="id">${example.id}</div>
<div class="labels"><span>reference ${labelChip(example.label)}</span><span>predicted ${labelChip(
        example.predicted,
        html`&nbsp;${share(example.probabilities[example.predicted] ?? null)}`,
      )}</span></div></li>`,
    )}</ul></div>`,
  );
}
