/**
 * Labels: VADER's rate beside PyPI's vaderSentiment on the same texts, and how long a comparison of ten labelers takes,
 * with krippendorff's α beside PyPI's `krippendorff` on the same matrix. The peers run where ASSAY_BENCH_PYTHON names a
 * python that has vaderSentiment, krippendorff and numpy. The texts are those rated by people in ASSAY_TEST_DATA, else
 * made of VADER's own words. The best of several rounds counts.
 */
import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { humanRatedTexts, madeTexts } from '../packages/nlp/scripts/vader-texts.ts';
import { compareLabels, krippendorffAlphaOf, labelMatrix, vaderScores } from '../packages/nlp/src/index.ts';

const python = process.env.ASSAY_BENCH_PYTHON;
const data = process.env.ASSAY_TEST_DATA;
const rounds = 5;

function best(work: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    work();
    least = Math.min(least, (performance.now() - start) / 1000);
  }
  return least;
}

/** Runs a program that reads JSON and prints seconds, the best of as many rounds. */
function peer(program: string, input: unknown): number | undefined {
  if (python === undefined) return undefined;
  const script = `import json, sys, time\ndata = json.load(sys.stdin)\n${program}\nleast = 1e9\nfor _ in range(${rounds}):\n    start = time.perf_counter()\n    work()\n    least = min(least, time.perf_counter() - start)\nprint(least)`;
  return Number(execFileSync(python, ['-c', script], { input: JSON.stringify(input), maxBuffer: 1 << 28 }));
}

function say(what: string, ours: number, theirs: number | undefined, written: (seconds: number) => string): void {
  const beside =
    theirs === undefined
      ? 'no peer: ASSAY_BENCH_PYTHON is not set'
      : `${written(theirs)} there, ${(theirs / ours).toFixed(1)}×`;
  console.log(`${what.padEnd(58)} ${written(ours).padStart(16)}   ${beside}`);
}

console.log(
  `${availableParallelism()} cores, ${cpus()[0]?.model ?? ''}, load ${loadavg()[0]!.toFixed(1)}; node ${process.version}\n`,
);

const texts = data === undefined ? madeTexts(10_000) : humanRatedTexts(join(data, 'human-sentiment'));
const ours = best(() => {
  for (const text of texts) vaderScores(text);
});
const theirs = peer(
  `from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
analyzer = SentimentIntensityAnalyzer()
def work():
    for text in data: analyzer.polarity_scores(text)`,
  texts,
);
say(`VADER, ${texts.length} texts`, ours, theirs, (seconds) => `${Math.round(texts.length / seconds)} texts/s`);

const sentiments = ['negative', 'neutral', 'positive'] as const;
let state = 1;
function below(limit: number): number {
  state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
  return Math.floor((state / 0x80000000) * limit);
}
const truth = new Map<string, string>();
const lines = Array.from({ length: 100_000 }, (_, index) => {
  const id = `call-${index % 2000}#${index}`;
  const common = sentiments[below(3)]!;
  truth.set(id, common);
  const labels = Array.from({ length: 10 }, (_, labeler): [string, string] => {
    return [`labeler ${labeler}`, below(10) < 6 ? common : sentiments[below(3)]!];
  });
  return { id, labels: Object.fromEntries(labels) };
});

const matrix = labelMatrix(lines);
const alpha = best(() => krippendorffAlphaOf(matrix, 'nominal'));
const alphaThere = peer(
  `import krippendorff, numpy
matrix = numpy.array(data, dtype=float)
def work():
    krippendorff.alpha(matrix, level_of_measurement="nominal")`,
  matrix.codes.map((codes) => [...codes]),
);
say(
  "Krippendorff's α, 10 labelers × 100,000 texts",
  alpha,
  alphaThere,
  (seconds) => `${(seconds * 1000).toFixed(1)} ms`,
);

const start = performance.now();
compareLabels(lines, {
  reference: { name: 'truth', labels: truth },
  groupOf: (id) => id.slice(0, id.indexOf('#')),
  resamples: 1000,
});
const whole = (performance.now() - start) / 1000;
console.log(
  `${'compareLabels, 10 × 100,000 in 2,000 groups, 1,000 draws'.padEnd(58)} ${`${whole.toFixed(1)} s`.padStart(16)}   target 10 s`,
);
