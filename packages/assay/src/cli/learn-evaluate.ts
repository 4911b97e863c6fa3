import { resolve } from 'node:path';
import { classificationReport, TextClassifier } from '@assay/learn';
import { AssayError } from '../errors.ts';
import { defineCommand } from './command.ts';
import { readExamples } from './labelled-files.ts';

export const command = defineCommand({
  arguments: ['DIR'],
  options: {
    data: {
      value: 'FILE',
      required: true,
      description: 'labelled texts: label<TAB>text (.tsv), a table (.csv), or JSON Lines',
    },
  },
  details: 'DIR is a folder that `assay learn train` wrote.',
  async run({ arguments: [folder = ''], options, context, output }) {
    const path = (file: string) => resolve(context.directory, file);
    const model = await TextClassifier.load(path(folder));
    const examples = await readExamples(path(options.data));
    const unknown = examples.find(({ label }) => !model.labels.includes(label));
    if (unknown !== undefined) {
      throw new AssayError(
        'ASSAY_LEARN_LABEL_UNKNOWN',
        `${options.data}: text ${unknown.id} has the label ${JSON.stringify(unknown.label)}, which the model does not have`,
        { hint: `Its labels are ${model.labels.join(', ')}.` },
      );
    }
    const predicted = model.predict(examples.map(({ text }) => text)).map(({ label }) => label);
    const reference = examples.map(({ label }) => label);
    const { accuracy, macro, weighted, classes, matrix } = classificationReport(reference, predicted, model.labels);
    output.table(
      ['label', 'precision', 'recall', 'F1', 'texts'],
      [...classes, { label: 'macro mean', ...macro, support: examples.length }].map(
        ({ label, precision, recall, f1, support }) => [
          label,
          precision.toFixed(3),
          recall.toFixed(3),
          f1.toFixed(3),
          String(support),
        ],
      ),
      ['left', 'right', 'right', 'right', 'right'],
    );
    output.print(`accuracy ${accuracy.toFixed(3)}`);
    output.result({
      texts: examples.length,
      accuracy,
      macro_f1: macro.f1,
      macro_precision: macro.precision,
      macro_recall: macro.recall,
      weighted_f1: weighted.f1,
      classes,
      confusion: { labels: matrix.labels, counts: matrix.counts },
    });
    return 0;
  },
});
