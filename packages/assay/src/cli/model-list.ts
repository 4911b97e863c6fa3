import { ModelRegistry } from '../models/index.ts';
import { defineCommand } from './command.ts';
import { formatScore } from './format.ts';

export const command = defineCommand({
  async run({ context, output }) {
    const registry = new ModelRegistry(await context.records());
    const models = [];
    for (const name of await registry.names()) {
      const versions = await registry.versions(name);
      const newest = versions[0]!;
      const production = versions.find(({ stages }) => stages.includes('production'));
      models.push({ name, newest, production });
    }
    if (models.length === 0)
      output.print('No model is registered yet. A run of a pipeline with a model output registers one.');
    else {
      output.table(
        ['model', 'newest', 'production', 'macro F1 (newest)'],
        models.map(({ name, newest, production }) => [
          name,
          newest.body.version,
          production?.body.version ?? '—',
          formatScore(newest.body.scores.macro_f1),
        ]),
      );
    }
    output.result(
      models.map(({ name, newest, production }) => ({
        name,
        newest: newest.body.version,
        production: production?.body.version ?? null,
        scores: newest.body.scores,
      })),
    );
    return 0;
  },
});
