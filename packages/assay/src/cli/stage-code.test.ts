import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { implementationOf, launcher } from './stage-code.ts';

const packages = resolve(import.meta.dirname, '../../..');
const filesOf = async (...argv: readonly string[]) =>
  (await implementationOf(['assay', ...argv]))?.files.map((file) => relative(packages, file));

describe('the files that implement a command', () => {
  it('are its own, and what it imports: of the other packages too, but not of the ledger or the scheduler', async () => {
    const files = await filesOf('label', 'x.jsonl', '--out', 'y');
    expect(files).toEqual(
      expect.arrayContaining(['assay/src/cli/label.ts', 'nlp/src/index.ts', '../package-lock.json']),
    );
    expect(files?.some((file) => file.startsWith('nlp/src/labelers/'))).toBe(true);
    expect(files?.filter((file) => /records|runs|database|\.test\.ts$/.test(file))).toEqual([]);
    expect(files?.every((file) => existsSync(resolve(packages, file)))).toBe(true);
  });

  it('differ from command to command', async () => {
    const [label = [], train = []] = [await filesOf('label'), await filesOf('learn', 'train')];
    expect(train).toEqual(expect.arrayContaining(['assay/src/cli/learn-train.ts', 'learn/src/index.ts']));
    expect(train).not.toContain('assay/src/cli/label.ts');
    expect(label).not.toContain('assay/src/cli/learn-train.ts');
  });

  it('are, of the other packages, only what defines what it uses', async () => {
    const of = async (...argv: readonly string[]) =>
      new Set(
        (await filesOf(...argv))
          ?.map((file) => /^(?:learn|nlp)\/src\/\w+(?=\/)/.exec(file)?.[0] ?? '')
          .filter((folder) => folder !== ''),
      );
    const [ingest, parse, label, compare, train] = await Promise.all([
      of('edgar', 'ingest'),
      of('transcript', 'parse'),
      of('label'),
      of('compare'),
      of('learn', 'train'),
    ]);
    expect([ingest, parse, label, compare, train].map((one) => one?.has('nlp/src/labelers'))).toEqual([
      false,
      false,
      true,
      false,
      false,
    ]);
    expect([ingest, parse, label, compare, train].map((one) => one?.has('learn/src/training'))).toEqual([
      false,
      false,
      false,
      false,
      true,
    ]);
    expect([ingest, parse, compare, train].map((one) => one?.has('nlp/src/agreement'))).toEqual([
      false,
      false,
      true,
      false,
    ]);
    // The numbers of both are drawn by one statistics.
    expect([compare, train].map((one) => one?.has('learn/src/statistics'))).toEqual([true, true]);
    expect(parse?.has('nlp/src/transcripts')).toBe(true);
    expect(ingest?.has('nlp/src/edgar')).toBe(true);
    for (const name of ['backend', 'network', 'models', 'tokens', 'onnx', 'evaluation'])
      expect(train?.has(`learn/src/${name}`)).toBe(true);
  });

  it('have every labeler among them that the command offers', async () => {
    const files = new Set(await filesOf('label'));
    for (const name of ['afinn', 'vader', 'lexicon'])
      expect([...files].filter((file) => file.startsWith('nlp/src/labelers/') && file.includes(name))).not.toEqual([]);
  });

  it('are found after global options, and there are none of a command that is none', async () => {
    expect(await filesOf('--json', '-C', 'elsewhere', 'label')).toEqual(await filesOf('label'));
    expect(await implementationOf(['assay', 'no-such-thing'])).toBeUndefined();
    expect(launcher).toBe(resolve(packages, 'assay/bin/assay.js'));
  });
});
