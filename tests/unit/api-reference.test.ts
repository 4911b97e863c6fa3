import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { buildApiReference, reference } from '../../scripts/build-api-reference.ts';

test('docs/reference/http-api.md is what the routes say', async () => {
  const hint = 'node scripts/build-api-reference.ts writes it again';
  expect(readFileSync(reference, 'utf8') === (await buildApiReference()), hint).toBe(true);
});
