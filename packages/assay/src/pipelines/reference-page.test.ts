import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { fieldNames } from './schema.ts';
import { Folder } from './testing.ts';

const page = readFileSync(new URL('../../../../docs/reference/jdf.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/^```yaml *(\w*)\n(.*?)^```$/gms)].map(([, kind = '', text = '']) => ({
  kind,
  text,
}));

/** What the examples of parts stand in. */
const rest = {
  jdf: 2,
  name: 'page',
  version: '1:0:0',
  parameters: { days: 1, deep: true, model: { layers: [1] } },
  entities: [
    { name: 'python', type: 'Environment', executor: 'process' },
    { name: 'shares', type: 'Data', path: 'shares.csv' },
  ],
};
const other = {
  name: 'other',
  run: ['true'],
  outputs: { scores: { path: 'build/other.json', role: 'metrics' }, returns: 'build/r' },
};

function whole(kind: string, text: string): unknown {
  const part: Record<string, unknown> = parse(text);
  if (kind === '') return part;
  const stages = [{ name: 'Only', blocks: [other] }];
  if (kind === 'pipeline') return { ...rest, stages, ...part };
  if (kind === 'entity') return { ...rest, entities: [part], stages };
  const inputs: unknown = part.inputs;
  const isFed = typeof inputs === 'object' && inputs !== null && 'returns' in inputs;
  return {
    ...rest,
    stages: [{ name: 'Only', blocks: [other, { name: 'part', ...part }] }],
    connections: isFed ? [{ from: 'other.returns', to: 'part.returns' }] : [],
  };
}

describe('the reference page of JDF', () => {
  it('has examples', () => {
    expect(examples.length).toBeGreaterThan(20);
  });

  it.each(examples)('shows a part that reads: $kind $text', async ({ kind, text }) => {
    using folder = new Folder();
    expect(await folder.problems(JSON.stringify(whole(kind, text)), { files: 'unchecked' }, 'page.json')).toEqual([]);
  });

  it('names every field of the schema', () => {
    const fields = new Set(Object.values(fieldNames).flat());
    const missing = [...fields].filter((name) => !new RegExp(`[\`{ ]${name.replace('$', '\\$')}[\`:]`).test(page));
    expect(missing).toEqual([]);
  });
});
