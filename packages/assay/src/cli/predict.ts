import { ModelRegistry } from '../models/index.ts';
import { loadServedModel } from '../serving/index.ts';
import { defineCommand } from './command.ts';
import { requireText } from './text-argument.ts';

export const command = defineCommand({
  arguments: ['MODEL', 'TEXT'],
  details: 'MODEL is NAME (what is in production, else the newest), NAME@M:m:p or NAME@STAGE.',
  async run({ arguments: [reference = '', text = ''], context, output }) {
    requireText(text);
    const version = await new ModelRegistry(await context.records()).find(reference);
    const model = await loadServedModel(version, context.objects());
    const [prediction] = await model.predict([text]);
    const probabilities = Object.fromEntries(model.labels.map((label, i) => [label, prediction!.probabilities[i]!]));
    const { bold, dim } = output.colors;
    output.print(`${bold(prediction!.label)}  ${dim(`by ${model.name}@${model.version}`)}`);
    output.table(
      ['label', 'probability'],
      Object.entries(probabilities).map(([label, p]) => [label, p.toFixed(3)]),
      ['left', 'right'],
    );
    output.result({ model: model.name, version: model.version, label: prediction!.label, probabilities });
    return 0;
  },
});
