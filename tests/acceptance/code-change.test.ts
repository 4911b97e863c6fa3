import { appendFileSync, cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { checkout, executed, reused, Workplace } from './workplace.ts';

const matching = (text: string | RegExp) => expect.stringMatching(text);

/** A copy of Assay's own packages, with the same libraries, that a test may change. */
function copyAssay(folder: string): string {
  const sources = (path: string) => !/\/(?:node_modules|dist)$|\.test\.ts$/.test(path);
  for (const name of ['learn', 'nlp', 'assay']) {
    cpSync(join(checkout, 'packages', name), join(folder, 'packages', name), { recursive: true, filter: sources });
  }
  cpSync(join(checkout, 'package-lock.json'), join(folder, 'package-lock.json'));
  mkdirSync(join(folder, 'node_modules/@assay'), { recursive: true });
  for (const name of readdirSync(join(checkout, 'node_modules'))) {
    if (name !== '@assay') symlinkSync(join(checkout, 'node_modules', name), join(folder, 'node_modules', name));
  }
  for (const name of ['learn', 'nlp']) {
    symlinkSync(join(folder, 'packages', name), join(folder, 'node_modules/@assay', name));
  }
  return join(folder, 'packages/assay/bin/assay.js');
}

describe('one changed line of what a stage of the flagship is made by', () => {
  let place: Workplace;
  let packages: string;
  beforeAll(async () => {
    place = Workplace.copyOf(inject('flagship'));
    packages = join(place.folder, 'assay/packages');
    place.launcher = copyAssay(join(place.folder, 'assay'));
    await place.run();
    expect(executed(await place.run())).toEqual({});
  });
  afterAll(() => place.remove());

  it('in the network: training runs again, and nothing else', async () => {
    appendFileSync(join(packages, 'learn/src/training/index.ts'), '// One more line.\n');
    expect(executed(await place.run())).toEqual({ train: matching('code of `assay learn train` changed') });
  });

  it('in one command: its stage runs again, and what comes after it only if it came out otherwise', async () => {
    appendFileSync(join(packages, 'assay/src/cli/label.ts'), '// One more line.\n');
    const run = await place.run();
    expect(executed(run)).toEqual({ label: matching('code of `assay label` changed') });
    expect(Object.keys(reused(run))).toEqual(['ingest', 'parse', 'compare', 'train']);
  });

  it('in a labeler, changing nothing of what it says: labelling runs again, and nothing else', async () => {
    appendFileSync(join(packages, 'nlp/src/labelers/afinn.ts'), '// One more line.\n');
    expect(executed(await place.run())).toEqual({ label: matching('code of `assay label` changed') });
  });

  it('in a labeler, changing what it says: labelling and what stands on it', async () => {
    const scheme = 'assay/packages/nlp/src/labelers/sentiment-scheme.ts';
    place.edit(
      join('..', scheme),
      "if (score >= band.positive) return 'positive'",
      "if (score >= 0.5) return 'positive'",
    );
    const run = await place.run();
    expect(executed(run)).toEqual({
      label: matching('code of `assay label` changed'),
      compare: matching('input labels changed'),
      train: matching('input labels changed'),
    });
    // The labelers are judged anew; the model learns from the reference labels, and comes out as it was.
    expect(run.models).toMatchObject([{ name: 'edgar-sentiment' }]);
  });

  it('in what two commands share: both run again', async () => {
    appendFileSync(join(packages, 'learn/src/statistics/bootstrap.ts'), '// One more line.\n');
    expect(executed(await place.run())).toEqual({
      compare: matching('code of `assay compare` changed'),
      train: matching('code of `assay learn train` changed'),
    });
  });

  it('in what all share: all run again', async () => {
    appendFileSync(join(packages, 'nlp/src/errors.ts'), '// One more line.\n');
    expect(Object.keys(executed(await place.run()))).toEqual(['ingest', 'parse', 'label', 'compare', 'train']);
  });

  it('in what no stage is made by: nothing runs', async () => {
    appendFileSync(join(packages, 'assay/src/serving/app.ts'), '// One more line.\n');
    expect(executed(await place.run())).toEqual({});
  });
});

describe('a pipeline of scripts', () => {
  let place: Workplace;
  beforeAll(async () => {
    place = Workplace.empty();
    place.write({
      'numbers.csv': '3\n1\n2\n',
      'requirements.lock': 'none\n',
      'lib/order.mjs': 'export const order = (a, b) => a - b;\n',
      'sort.mjs': `import { readFileSync, writeFileSync } from 'node:fs';
import { order } from './lib/order.mjs';
const [, , from, to] = process.argv;
const numbers = readFileSync(from, 'utf8').trim().split('\\n').map(Number);
writeFileSync(to, numbers.sort(order).join('\\n'));
`,
      'largest.mjs': `import { readFileSync, writeFileSync } from 'node:fs';
const [, , from, to] = process.argv;
writeFileSync(to, readFileSync(from, 'utf8').trim().split('\\n').at(-1));
`,
      'pipeline.yaml': `jdf: 2
name: numbers
version: "1:0:0"
entities:
  - { name: plain, type: Environment, executor: process, lockfiles: [requirements.lock], variables: { MODE: fast } }
stages:
  - name: all
    blocks:
      - name: sort
        inputs: { numbers: numbers.csv }
        outputs: { sorted: build/sorted.csv }
        run: node sort.mjs \${inputs.numbers} \${outputs.sorted}
        code: [lib]
        entities: [plain]
      - name: largest
        inputs: { sorted: }
        outputs: { largest: build/largest.txt }
        run: node largest.mjs \${inputs.sorted} \${outputs.largest}
      - name: count
        inputs: { numbers: numbers.csv }
        outputs: { count: build/count.txt }
        run: [[sh, -c, 'wc -l < "$0" > "$1"', "\${inputs.numbers}", "\${outputs.count}"]]
connections:
  - { from: sort.sorted, to: largest.sorted }
`,
    });
    await place.assay('init');
    await place.run();
    expect(place.read('build/largest.txt')).toBe('3');
  });
  afterEach(async () => expect(executed(await place.run())).toEqual({}));
  afterAll(() => place.remove());

  it('a changed line of a script: it and what stands on it', async () => {
    place.edit('lib/order.mjs', 'a - b', 'b - a');
    expect(executed(await place.run())).toEqual({
      sort: matching(/code lib\S* changed/),
      largest: matching(/input sorted changed \(build\/sorted\.csv/),
    });
    expect(place.read('build/largest.txt')).toBe('1');
  });

  it('a line that changes nothing of the result: the script alone', async () => {
    place.edit('sort.mjs', 'const numbers', '// What came in.\nconst numbers');
    expect(executed(await place.run())).toEqual({ sort: matching(/code sort\.mjs changed/) });
  });

  it('a changed lock file: what runs in that environment', async () => {
    place.write({ 'requirements.lock': 'none at all\n' });
    expect(executed(await place.run())).toEqual({ sort: matching(/lock file requirements\.lock changed/) });
  });

  it('a changed variable of the environment, which is named and not shown', async () => {
    place.edit('pipeline.yaml', 'MODE: fast', 'MODE: slow');
    expect(executed(await place.run())).toEqual({ sort: matching(/variable MODE changed/) });
  });

  it('a changed input: what reads it, and what stands on that', async () => {
    place.write({ 'numbers.csv': '30\n1\n2\n' });
    expect(executed(await place.run())).toEqual({
      sort: matching(/input numbers changed \(numbers\.csv/),
      largest: matching(/input sorted changed/),
      count: matching(/input numbers changed \(numbers\.csv/),
    });
  });
});
