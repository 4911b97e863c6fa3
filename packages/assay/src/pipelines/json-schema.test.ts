import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readPipeline } from './index.ts';
import { jsonSchemaFile, jsonSchemaText } from './json-schema.ts';

const examples = ['../../../../examples/edgar-sentiment/pipeline.yaml', './fixtures/deck.json'];

describe('the published JSON Schema', () => {
  const published = readFileSync(jsonSchemaFile, 'utf8');
  const schema = z.fromJSONSchema(JSON.parse(published));

  it('is fresh: else run `node packages/assay/src/pipelines/json-schema.ts`', () => {
    expect(JSON.parse(published)).toEqual(JSON.parse(jsonSchemaText()));
  });

  it.each(examples)('accepts %s', async (name) => {
    const { document } = await readPipeline(fileURLToPath(new URL(name, import.meta.url)), { files: 'unchecked' });
    expect(schema.safeParse(document).error).toBeUndefined();
  });

  it('refuses what the reader refuses', async () => {
    const { document } = await readPipeline(fileURLToPath(new URL(examples[0]!, import.meta.url)), {
      files: 'unchecked',
    });
    const good = JSON.stringify(document);
    for (const bad of [
      good.replace('"jdf":2', '"jdf":1'),
      good.replace('"1:0:0"', '"1.0.0"'),
      good.replace('"run":', '"command":'),
      good.replace('"duration":"10m"', '"duration":"soon"'),
      good.replace('"type":"Data"', '"type":"Dat"'),
      good.replace('"role":"model"', '"role":"models"'),
    ]) {
      expect(bad).not.toBe(good);
      expect(schema.safeParse(JSON.parse(bad)).success).toBe(false);
    }
  });
});
