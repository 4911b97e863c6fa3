import type { ClassifierEvaluation, PredictionsEvaluation, SliceScores } from '@assay/learn';
import { counted, percent, range, share } from './figures.ts';
import { type Html, html } from './html.ts';
import { facts, page, scrolling, section } from './page.ts';
import { intervalPlot } from './plots/interval-plot.ts';
import { confusionTable } from './plots/shaded-table.ts';
import { unitPlot } from './plots/unit-plot.ts';
import { labelChip } from './sentiment-chip.ts';

const unit = [0, 0.25, 0.5, 0.75, 1];

/** The evaluation of files of predictions as one self-contained HTML file. */
export function predictionsReport(evaluation: PredictionsEvaluation): string {
  const { items, drawn, systems, verdicts } = evaluation;
  const names = systems.map(({ name }) => name).join(', ');
  return page({
    title: `Predictions of ${names}, evaluated`,
    lead: [
      `${counted(items, 'item')}, the same for all systems.`,
      ...verdicts.map(({ against, verdict, difference }) => {
        const by = evaluation.task === 'classification' ? 'macro F1' : 'mean absolute error';
        return `${systems[0]!.name} is ${verdict === 'no clear difference' ? 'not clearly different from' : `${verdict} than`} ${against}: ${by} ${share(difference.value, 3)}, ${range(difference.low, difference.high, 3)}.`;
      }),
    ],
    body: [
      evaluation.task === 'classification' ? classifiers(evaluation.systems) : numbers(evaluation.systems),
      systems.map(({ name, slices, curve }) => sliceSection(name, [...slices, ...curve], evaluation.task)),
      systems.map(errorsOf),
    ],
    footer: `Intervals are bootstrap intervals over ${drawn}.`,
  });
}

function classifiers(systems: readonly ClassifierEvaluation[]): Html[] {
  const plot = (key: 'macro_f1' | 'accuracy', value: string) =>
    html`<div class="panel">${intervalPlot(
      systems.map((system) => ({
        name: system.name,
        ...system[key],
        ...(system.coverage < 1 ? { detail: `answers ${percent(system.coverage)}` } : {}),
      })),
      { caption: 'System', value, ticks: unit },
    )}</div>`;
  return [
    section(
      'Scores',
      'Macro F1 is the mean over the labels; no answer counts as wrong.',
      plot('macro_f1', 'Macro F1'),
      plot('accuracy', 'Accuracy'),
    ),
    ...systems.map(({ name, roc, calibration, confusion, per_class, micro_f1 }) => {
      const rows = per_class.map(
        ({ label, precision, recall, f1, support }) =>
          html`<tr><th scope="row">${labelChip(label)}</th>${[precision, recall, f1].map(
            (score) => html`<td class="number">${share(score)}</td>`,
          )}<td class="number">${support}</td></tr>`,
      );
      return section(
        name,
        'Counts with the share of their row; the diagonal is right.',
        facts([
          { name: 'Micro F1', value: share(micro_f1), detail: 'from pooled counts' },
          ...(roc
            ? [{ name: 'Area under ROC', value: share(roc.macro_area), detail: 'mean of each label against the rest' }]
            : []),
          ...(calibration
            ? [
                {
                  name: 'Calibration error',
                  value: share(calibration.expectedError, 3),
                  detail: 'expected, |accuracy − confidence|',
                },
                {
                  name: 'Log loss',
                  value: calibration.logLoss.toFixed(3),
                  detail: `Brier score ${share(calibration.brier, 3)}`,
                },
              ]
            : []),
        ]),
        html`<div class="panels" style="--panel:340px"><div class="panel">${scrolling(
          `Confusion of ${name}`,
          confusionTable(confusion.counts, {
            corner: ['reference', name],
            rows: confusion.labels,
            columns: confusion.columns,
          }),
        )}</div>
<div class="panel"><table class="rows"><thead><tr><th scope="col">Label</th><th scope="col" class="number">Precision</th><th scope="col" class="number">Recall</th><th scope="col" class="number">F1</th><th scope="col" class="number">Items</th></tr></thead><tbody>${rows}</tbody></table></div>
${(roc?.curves ?? []).map(
  ({ label, area, points }) =>
    html`<div class="panel"><h3>ROC of ${labelChip(label)}</h3>${unitPlot(
      points.map((point) => [point.falsePositiveRate, point.truePositiveRate] as const),
      { x: 'false positives', y: 'True positives', said: `area ${share(area)}` },
    )}</div>`,
)}${
  calibration &&
  html`<div class="panel"><h3>Reliability</h3>${unitPlot(
    calibration.bins.flatMap(({ confidence, accuracy }) =>
      confidence === null ? [] : [[confidence, accuracy!] as const],
    ),
    { x: 'confidence', y: 'Accuracy', said: `expected calibration error ${share(calibration.expectedError, 3)}` },
  )}</div>`
}</div>`,
      );
    }),
  ];
}

function numbers(systems: Extract<PredictionsEvaluation, { task: 'regression' }>['systems']): Html {
  const rows = systems.map(
    ({ name, rmse_interval: rmse, mae_interval: mae, mape, zeros, r2 }) => html`<tr><th scope="row">${name}</th>
<td class="number">${rmse.value.toPrecision(4)} <small>${rmse.low.toPrecision(3)} to ${rmse.high.toPrecision(3)}</small></td>
<td class="number">${mae.value.toPrecision(4)} <small>${mae.low.toPrecision(3)} to ${mae.high.toPrecision(3)}</small></td>
<td class="number">${mape === null ? '–' : percent(mape)}${zeros > 0 && html` <small>without ${zeros} zeros</small>`}</td><td class="number">${share(r2, 3)}</td></tr>`,
  );
  return section(
    'Errors',
    'Root mean square, mean absolute, and mean absolute error as a share of the reference.',
    html`<div class="panel">${scrolling(
      'Errors of each system',
      html`<table class="rows"><thead><tr><th scope="col">System</th><th scope="col" class="number">RMSE</th><th scope="col" class="number">MAE</th><th scope="col" class="number">MAPE</th><th scope="col" class="number">R²</th></tr></thead><tbody>${rows}</tbody></table>`,
    )}</div>`,
  );
}

function sliceSection(name: string, slices: readonly SliceScores[], task: PredictionsEvaluation['task']): Html | null {
  if (slices.length === 0) return null;
  const rows = slices.map(
    ({
      field,
      value,
      items,
      score,
      macro_f1,
    }) => html`<tr><th scope="row">${field} <b>${value}</b></th><td class="number">${items}</td>
<td class="number">${score.value.toFixed(3)} <small>${score.low.toFixed(3)} to ${score.high.toFixed(3)}</small></td>
<td class="number">${macro_f1 ? html`${share(macro_f1.value, 3)} <small>${range(macro_f1.low, macro_f1.high, 3)}</small>` : '–'}</td></tr>`,
  );
  return section(
    `${name}, slice by slice`,
    'Small slices have wide intervals.',
    html`<div class="panel">${scrolling(
      `Scores of ${name} by slice`,
      html`<table class="rows"><thead><tr><th scope="col">Where</th><th scope="col" class="number">Items</th><th scope="col" class="number">${task === 'regression' ? 'MAE' : 'Accuracy'}</th><th scope="col" class="number">Macro F1</th></tr></thead><tbody>${rows}</tbody></table>`,
    )}</div>`,
  );
}

function errorsOf({ name, errors }: PredictionsEvaluation['systems'][number]): Html | null {
  if (errors.length === 0) return null;
  return section(
    `Errors of ${name} worth reading`,
    'The most confident, or the furthest off, first.',
    html`<div class="panel"><ul class="texts">${errors.map(
      ({ id, text, reference, predicted, size }) => html`<li><p>${text ?? id}</p><div class="id">${id}</div>
<div class="labels"><span>reference ${labelChip(String(reference))}</span><span>predicted ${labelChip(predicted === null ? null : String(predicted))}</span>${
        size !== null && html`<span>${size.toPrecision(3)}</span>`
      }</div></li>`,
    )}</ul></div>`,
  );
}
