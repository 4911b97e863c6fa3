import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readConfig } from './config.ts';
import { ledgerPlace } from './ledger-place.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-place-'));
  file = join(folder, 'assay.yaml');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (line: string) => writeFileSync(file, `project: x\n${line}\n`);

test('the ledger lies where assay.yaml says, unless the environment says otherwise', () => {
  write('');
  expect(ledgerPlace(readConfig(file), {})).toEqual({ kind: 'sqlite' });
  write('ledger: postgres://me@db.test/ledger');
  expect(ledgerPlace(readConfig(file), {})).toEqual({ kind: 'postgres', url: 'postgres://me@db.test/ledger' });
  expect(ledgerPlace(readConfig(file), { ASSAY_LEDGER: 'sqlite' })).toEqual({ kind: 'sqlite' });
  expect(() => ledgerPlace(readConfig(file), { ASSAY_LEDGER: 'mysql://x' })).toThrow(
    expect.objectContaining({ code: 'ASSAY_LEDGER_PLACE' }),
  );
});

test.each([
  ['ledger: mysql://x/y', /assay\.yaml:2:9: `ledger` must be `sqlite` or an address/],
  ['ledger: [1]', /must be `sqlite` or an address/],
  ['ledger: postgres://me:secret@db.test/ledger', /must not hold a password/],
  ['ledger: postgres://me@db.test/ledger?password=secret', /must not hold a password/],
])('%s is refused, and a password is not repeated', (line, message) => {
  write(line);
  expect(() => readConfig(file)).toThrow(message);
  expect(() => readConfig(file)).toThrow(expect.objectContaining({ code: 'ASSAY_CONFIG_INVALID' }));
  expect(problemOf(() => readConfig(file))).not.toMatch(/secret/);
});

function problemOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return JSON.stringify(error) + String(error);
  }
  throw new Error('it was not refused');
}
