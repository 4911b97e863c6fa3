import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compileContract } from '../../scripts/compile-contract.ts';

test('the contract in the project is what its source compiles to, byte for byte', () => {
  const file = join(import.meta.dirname, '../../packages/assay/src/anchors/contract.generated.ts');
  expect(compileContract()).toBe(readFileSync(file, 'utf8'));
});
