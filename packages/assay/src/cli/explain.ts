import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { integratedGradients } from '@assay/learn';
import { ModelRegistry } from '../models/index.ts';
import { explanationReport } from '../reports/index.ts';
import { loadClassifier } from '../serving/index.ts';
import { colouredWords } from './coloured-words.ts';
import { defineCommand } from './command.ts';
import { requireText } from './text-argument.ts';

export const command = defineCommand({
  arguments: ['MODEL', 'TEXT'],
  options: {
    label: { value: 'LABEL', description: 'explain this label in place of the predicted one' },
    html: { value: 'FILE', description: 'also write a page that needs no network' },
  },
  details:
    'Integrated gradients (50 steps, Gauss–Legendre) from a baseline of padding. The attributions add up to how far the\n' +
    "label's probability lies above the baseline's; the convergence delta says how nearly.",
  async run({ arguments: [reference = '', text = ''], options, context, output }) {
    requireText(text);
    const version = await new ModelRegistry(await context.records()).find(reference);
    const model = await loadClassifier(version, context.objects());
    const explanation = integratedGradients(model, text, options.label === undefined ? {} : { target: options.label });
    const { bold, dim } = output.colors;
    const { label, probability, target, score, delta, tokens } = explanation;
    output.print(
      `${bold(label)} (${probability.toFixed(3)})  ${dim(`by ${version.body.name}@${version.body.version}`)}`,
    );
    output.print(`\n${colouredWords(text, tokens, output)}\n`);
    const top = [...tokens].sort((a, b) => Math.abs(b.attribution) - Math.abs(a.attribution)).slice(0, 10);
    output.table(
      ['word', `for ${target}`],
      top.map(({ start, end, attribution }) => [
        text.slice(start, end),
        `${attribution < 0 ? '−' : '+'}${Math.abs(attribution).toFixed(4)}`,
      ]),
      ['left', 'right'],
    );
    output.print(dim(`\nattribution score ${score.toFixed(4)}, convergence delta ${delta.toExponential(1)}`));
    const result = {
      model: version.body.name,
      version: version.body.version,
      label,
      probability,
      target,
      score,
      delta,
      tokens: tokens.map(({ start, end, attribution }) => ({ start, end, text: text.slice(start, end), attribution })),
    };
    if (options.html) {
      await writeFile(resolve(context.directory, options.html), explanationReport({ ...result, text }));
      output.note(`wrote ${options.html}`);
    }
    output.result(result);
    return 0;
  },
});
