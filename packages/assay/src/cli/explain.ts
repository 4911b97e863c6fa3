import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  explainText,
  faithfulness,
  integratedGradients,
  summariseAttributions,
  type TargetSummary,
} from '@assay/learn';
import { AssayError } from '../errors.ts';
import { type ExplainedText, explanationReport, explanationsReport } from '../reports/index.ts';
import { colouredWords } from './coloured-words.ts';
import { defineCommand } from './command.ts';
import { type ExplainedModel, openExplainedModel } from './explained-model.ts';
import type { Output } from './output.ts';
import { requireText } from './text-argument.ts';
import { readTextsToExplain, type TextToExplain } from './texts-to-explain.ts';

const methods = ['ig', 'lime', 'kernel-shap', 'partition-shap', 'occlusion'] as const;
type Method = (typeof methods)[number];

export const command = defineCommand({
  arguments: ['MODEL', '[TEXT]'],
  options: {
    texts: {
      value: 'FILE',
      description:
        'explain the texts of a file: .jsonl with "text" (and "label"), label<TAB>text (.tsv), or lines (.txt)',
    },
    method: { value: 'NAME', choices: methods, default: 'ig', description: `one of ${methods.join(', ')}` },
    label: { value: 'LABEL', description: 'explain this label in place of the predicted one' },
    labels: { value: 'NAMES', description: "an endpoint's labels, separated by commas, where it does not tell them" },
    samples: { value: 'N', number: true, description: 'texts that lime and kernel-shap draw; steps of ig' },
    seed: { value: 'N', number: true, default: 1, description: 'of what lime, kernel-shap and --faithfulness draw' },
    faithfulness: { description: 'also the areas under deletion and insertion curves, next to those of random orders' },
    html: { value: 'FILE', description: 'also write a page that needs no network' },
  },
  details:
    'MODEL is a registered model, an ONNX file, or the address of an endpoint (Open Inference Protocol, or /predict of\n' +
    '`assay serve`). Integrated gradients (ig) need the network itself; the others only ask the model. The attributions\n' +
    'of ig and of both kinds of SHAP add up to how far the label lies above the baseline; the convergence delta says how\n' +
    'nearly.',
  async run({ arguments: [reference = '', text], options, context, output, signal }) {
    const texts = await textsOf(
      text,
      options.texts === undefined ? undefined : resolve(context.directory, options.texts),
    );
    const opened = await openExplainedModel(reference, context, options.labels?.split(','));
    const progress = output.progress('explain', 'texts');
    const explained: ExplainedText[] = [];
    for (const one of texts) {
      signal.throwIfAborted();
      explained.push(await explain(opened, one, options));
      progress.update(explained.length, texts.length);
    }
    progress.end();

    const { name: model, version } = opened;
    const [first] = explained;
    const summary = summariseAttributions(
      explained.map(({ text: whole, target, tokens }) => ({
        target,
        tokens: tokens.map((token) => ({ ...token, word: whole.slice(token.start, token.end) })),
      })),
    );
    if (options.texts === undefined) printOne(first!, { model, version }, output);
    else printMany(explained, summary, output);
    if (options.html) {
      const report =
        options.texts === undefined
          ? explanationReport({ ...first!, model, version })
          : explanationsReport({ model, version, explained, summary });
      await writeFile(resolve(context.directory, options.html), report);
      output.note(`wrote ${options.html}`);
    }
    const results = explained.map(({ tokens, text: whole, ...rest }) => ({
      ...rest,
      tokens: tokens.map(({ start, end, attribution }) => ({ start, end, text: whole.slice(start, end), attribution })),
    }));
    if (options.texts === undefined) output.result({ model, version, ...results[0] });
    else {
      const explanations = results.map((result, i) => ({ id: texts[i]!.id, text: texts[i]!.text, ...result }));
      output.result({ model, version, summary, explanations });
    }
    return 0;
  },
});

async function textsOf(text: string | undefined, file: string | undefined): Promise<readonly TextToExplain[]> {
  if ((text === undefined) === (file === undefined)) {
    throw new AssayError('ASSAY_CLI_USAGE', 'give one TEXT, or a file of them by --texts', {
      hint: 'assay explain MODEL "We raised our guidance."',
    });
  }
  if (file !== undefined) return readTextsToExplain(file);
  requireText(text!);
  return [{ id: '1', text: text! }];
}

async function explain(
  { model, network }: ExplainedModel,
  { text, truth }: TextToExplain,
  options: {
    readonly method: string;
    readonly label: string | undefined;
    readonly samples: number | undefined;
    readonly seed: number;
    readonly faithfulness: boolean;
  },
): Promise<ExplainedText> {
  const { label: target, samples, seed } = options;
  const method = options.method as Method;
  const chosen = target === undefined ? {} : { target };
  const explanation =
    method === 'ig'
      ? integratedGradients(network(), text, { ...chosen, ...(samples === undefined ? {} : { steps: samples }) })
      : await explainText(model, text, { method, seed, ...chosen, ...(samples === undefined ? {} : { samples }) });
  return {
    ...explanation,
    text,
    tokens: explanation.tokens.map(({ start, end, attribution }) => ({ start, end, attribution })),
    ...(truth === undefined ? {} : { truth }),
    ...(options.faithfulness ? { faithfulness: await faithfulness(model, text, explanation, { seed }) } : {}),
  };
}

const signed = (value: number, digits: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;

function printOne(
  explained: ExplainedText,
  { model, version }: { readonly model: string; readonly version: string | null },
  output: Output,
): void {
  const { text, label, probability, target, score, delta, tokens, faithfulness: faithful } = explained;
  const { bold, dim } = output.colors;
  output.print(
    `${bold(label)} (${probability.toFixed(3)})  ${dim(`by ${version === null ? model : `${model}@${version}`}`)}`,
  );
  output.print(`\n${colouredWords(text, tokens, output)}\n`);
  const top = tokens.toSorted((a, b) => Math.abs(b.attribution) - Math.abs(a.attribution)).slice(0, 10);
  output.table(
    ['word', `for ${target}`],
    top.map(({ start, end, attribution }) => [text.slice(start, end), signed(attribution, 4)]),
    ['left', 'right'],
  );
  output.print(dim(`\nattribution score ${score.toFixed(4)}, convergence delta ${delta.toExponential(1)}`));
  if (!faithful) return;
  const { deletion, insertion } = faithful;
  output.print(
    dim(
      `area under deletion ${deletion.area.toFixed(3)} (${deletion.randomArea.toFixed(3)} by chance), ` +
        `under insertion ${insertion.area.toFixed(3)} (${insertion.randomArea.toFixed(3)} by chance)`,
    ),
  );
}

/** Captum's table of word importance, a block for each text, and the words over all of them. */
function printMany(explained: readonly ExplainedText[], summary: readonly TargetSummary[], output: Output): void {
  const { bold, dim } = output.colors;
  for (const { text, truth, label, probability, target, score, tokens } of explained) {
    const parts = [
      ...(truth === undefined ? [] : [`${dim('true')} ${truth}`]),
      `${dim('predicted')} ${bold(label)} (${probability.toFixed(2)})`,
      `${dim('attribution')} ${target}`,
      `${dim('score')} ${signed(score, 2)}`,
    ];
    output.print(`${parts.join('   ')}\n${colouredWords(text, tokens, output)}\n`);
  }
  for (const { target, texts, words } of summary) {
    output.table(
      [`for ${target}, ${texts} texts`, 'mean |attribution|', 'mean', 'texts'],
      words.slice(0, 10).map((row) => [row.word, row.meanAbsolute.toFixed(4), signed(row.mean, 4), row.texts]),
      ['left', 'right', 'right', 'right'],
    );
    output.print();
  }
}
