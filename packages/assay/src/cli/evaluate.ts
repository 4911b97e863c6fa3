import { writeFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { evaluatePredictions, type PredictionRow, type PredictionsEvaluation, type SliceScores } from '@assay/learn';
import { AssayError } from '../errors.ts';
import { predictionsReport } from '../reports/index.ts';
import { defineCommand } from './command.ts';
import { formatScore } from './format.ts';
import type { Output } from './output.ts';
import { readPredictions } from './prediction-file.ts';

export const command = defineCommand({
  arguments: ['FILE...'],
  options: {
    reference: { value: 'COLUMN', description: 'the column of the reference, where it goes by no usual name' },
    predicted: { value: 'COLUMN', description: 'that of the prediction' },
    id: { value: 'COLUMN', description: 'that of the id; without one the number of the line' },
    text: { value: 'COLUMN', description: 'that of the text' },
    where: { value: 'COLUMN=VALUE', repeat: true, description: 'only lines with this value, such as part=test' },
    slice: {
      value: 'COLUMN',
      repeat: true,
      description: 'also scores for each value; `length` is the words of the text',
    },
    curve: {
      value: 'COLUMN',
      description: 'a learning curve over a column of numbers, such as the size of the training set',
    },
    group: { value: 'COLUMN', description: 'draw whole groups for the intervals' },
    labels: { value: 'NAMES', description: 'the labels in order, separated by commas' },
    task: { value: 'TASK', choices: ['classification', 'regression'], description: 'classification or regression' },
    resamples: { value: 'N', number: true, default: 2000, description: 'bootstrap draws behind an interval' },
    seed: { value: 'N', number: true, default: 1, description: 'of the draws' },
    html: { value: 'FILE', description: 'also write a page that needs no network' },
  },
  details:
    'A file of predictions, by any system: JSON Lines, .csv or .tsv, with a reference and a prediction or probabilities in\n' +
    'each line (`probabilities`, or columns such as p_positive). Of several files about the same items the first is told\n' +
    'against each of the others.',
  async run({ arguments: files, options, context, output }) {
    const { reference, predicted, id, text } = options;
    const columns = {
      ...(reference === undefined ? {} : { reference }),
      ...(predicted === undefined ? {} : { predicted }),
      ...(id === undefined ? {} : { id }),
      ...(text === undefined ? {} : { text }),
    };
    const filters = (options.where ?? []).map(parseFilter);
    const names = systemNames(files);
    const sets: { name: string; rows: PredictionRow[] }[] = [];
    for (const [i, file] of files.entries()) {
      const rows = await readPredictions(resolve(context.directory, file), columns);
      sets.push({ name: names[i]!, rows: rows.filter((row) => filters.every((matches) => matches(row))) });
    }
    const { curve, group, task, labels, resamples, seed } = options;
    const evaluation = evaluatePredictions(sets, {
      resamples,
      seed,
      ...(options.slice === undefined ? {} : { slices: options.slice }),
      ...(curve === undefined ? {} : { curve }),
      ...(group === undefined ? {} : { group }),
      ...(task === undefined ? {} : { task: task as 'classification' | 'regression' }),
      ...(labels === undefined ? {} : { labels: labels.split(',') }),
    });
    print(evaluation, output);
    if (options.html) {
      await writeFile(resolve(context.directory, options.html), predictionsReport(evaluation));
      output.note(`wrote ${options.html}`);
    }
    const [first] = evaluation.systems;
    const scores =
      evaluation.task === 'classification'
        ? { accuracy: evaluation.systems[0]!.accuracy.value, macro_f1: evaluation.systems[0]!.macro_f1.value }
        : { rmse: evaluation.systems[0]!.rmse, mae: evaluation.systems[0]!.mae };
    output.result({ name: first!.name, ...scores, ...evaluation });
    return 0;
  },
});

function parseFilter(filter: string): (row: PredictionRow) => boolean {
  const equals = filter.indexOf('=');
  if (equals <= 0) {
    throw new AssayError('ASSAY_CLI_PAIR', `--where takes COLUMN=VALUE, not ${filter}`, { hint: '--where part=test' });
  }
  const [column, value] = [filter.slice(0, equals), filter.slice(equals + 1)];
  return ({ fields }) => Object.hasOwn(fields, column) && String(fields[column]) === value;
}

/** The files' names, or their paths where two are of one name. */
function systemNames(files: readonly string[]): readonly string[] {
  const short = files.map((file) => basename(file).replace(/\.[^.]+$/, ''));
  return new Set(short).size === files.length ? short : files;
}

function print(evaluation: PredictionsEvaluation, output: Output): void {
  output.print(`${evaluation.items} items; intervals of 95 % by bootstrap over ${evaluation.drawn}\n`);
  const slices = (name: string, rows: readonly SliceScores[], score: string) => {
    if (rows.length === 0) return;
    output.print(`\n${name}`);
    output.table(
      ['where', 'items', score, 'macro F1'],
      rows.map((row) => [
        `${row.field} ${row.value}`,
        row.items,
        formatScore(row.score),
        row.macro_f1 === null ? '' : formatScore(row.macro_f1),
      ]),
      ['left', 'right', 'left', 'left'],
    );
  };
  if (evaluation.task === 'regression') {
    output.table(
      ['system', 'RMSE [95 %]', 'MAE [95 %]', 'MAPE', 'R²'],
      evaluation.systems.map(({ name, rmse_interval, mae_interval, mape, r2 }) => [
        name,
        formatScore(rmse_interval),
        formatScore(mae_interval),
        mape === null ? '—' : `${(100 * mape).toFixed(1)} %`,
        r2 === null ? '—' : r2.toFixed(3),
      ]),
    );
    for (const { name, slices: own, curve } of evaluation.systems) slices(name, [...own, ...curve], 'MAE');
  } else {
    output.table(
      ['system', 'macro F1 [95 %]', 'accuracy [95 %]', 'micro F1', 'AUC', 'ECE'],
      evaluation.systems.map(({ name, macro_f1, accuracy, micro_f1, roc, calibration }) => [
        name,
        formatScore(macro_f1),
        formatScore(accuracy),
        micro_f1.toFixed(3),
        roc?.macro_area.toFixed(3) ?? '—',
        calibration?.expectedError.toFixed(3) ?? '—',
      ]),
    );
    for (const { name, slices: own, curve } of evaluation.systems) slices(name, [...own, ...curve], 'accuracy');
  }
  for (const { against, verdict, difference, p_value } of evaluation.verdicts) {
    const by = evaluation.task === 'regression' ? 'MAE' : 'macro F1';
    output.print(
      `\n${evaluation.systems[0]!.name} against ${against}: ${verdict} (${by} ${difference.value.toFixed(3)} ` +
        `[${difference.low.toFixed(3)}, ${difference.high.toFixed(3)}], p ${p_value.toFixed(3)})`,
    );
  }
}
