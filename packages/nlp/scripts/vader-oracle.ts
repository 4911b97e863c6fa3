/**
 * Holds our VADER against PyPI's vaderSentiment 3.3.2, installed into a temporary virtual environment: the lexicon, the
 * boosters, the negations, the emojis' names, and the scores of every text of vader-texts.ts (those rated by people when
 * ASSAY_TEST_DATA names their folder's parent). Prints the digests that vader.test.ts compares with; exits 1 on any
 * difference. Needs python3 and a package index.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type VaderScores, vaderScores } from '../src/labelers/vader/index.ts';
import { boosters, emojis, negations, phrases, valences } from '../src/labelers/vader/lexicon.ts';
import { digestOf, humanRatedTexts, madeTexts } from './vader-texts.ts';

const program = `
import json, sys
from vaderSentiment import vaderSentiment as v
analyzer = v.SentimentIntensityAnalyzer()
texts = json.load(sys.stdin)
scores = [analyzer.polarity_scores(text) for text in texts]
json.dump({
    "valences": analyzer.lexicon,
    "boosters": v.BOOSTER_DICT,
    "negations": {word: 1 for word in v.NEGATE if "n't" not in word},
    "phrases": {phrase: value for phrase, value in v.SPECIAL_CASES.items() if " " in phrase},
    "emojis": {emoji: name for emoji, name in analyzer.emojis.items() if len(emoji) == 1},
    "scores": [[s["neg"], s["neu"], s["pos"], s["compound"]] for s in scores],
}, sys.stdout)
`;

interface Answer {
  readonly [table: string]: Readonly<Record<string, number | string>>;
}

const data = process.env.ASSAY_TEST_DATA;
const made = madeTexts(5000);
const human = data === undefined ? [] : humanRatedTexts(join(data, 'human-sentiment'));
const texts = [...made, ...human];

const folder = mkdtempSync(join(tmpdir(), 'vader-oracle-'));
try {
  execFileSync('python3', ['-m', 'venv', join(folder, 'venv')]);
  const python = join(folder, 'venv', 'bin', 'python');
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', 'vaderSentiment==3.3.2'], { stdio: 'inherit' });
  const output = execFileSync(python, ['-c', program], { input: JSON.stringify(texts), maxBuffer: 1 << 28 });
  const { scores, ...tables }: Answer & { scores: [number, number, number, number][] } = JSON.parse(output.toString());

  const ours: Readonly<Record<string, ReadonlyMap<string, number | string>>> = {
    valences,
    boosters,
    negations: new Map([...negations].map((word) => [word, 1])),
    phrases,
    emojis,
  };
  let differences = 0;
  const differ = (what: string): void => {
    if (++differences <= 20) console.error(what);
  };
  for (const [name, table] of Object.entries(ours)) {
    const theirs = tables[name] ?? {};
    for (const key of new Set([...table.keys(), ...Object.keys(theirs)])) {
      const [a, b] = [table.get(key), theirs[key]];
      if (a !== b) differ(`${name}: ${JSON.stringify(key)} is ${a} here, ${b} there`);
    }
  }
  const answers = scores.map(([negative, neutral, positive, compound]): VaderScores => {
    return { negative, neutral, positive, compound };
  });
  texts.forEach((text, index) => {
    const [a, b] = [vaderScores(text), answers[index]!];
    if (digestOf([a]) !== digestOf([b])) differ(`${JSON.stringify(text)}: ${JSON.stringify([a, b])}`);
  });
  console.log(`${texts.length} texts, ${differences} differences`);
  console.log(`made: ${digestOf(answers.slice(0, made.length))}`);
  if (human.length > 0) console.log(`human: ${digestOf(answers.slice(made.length))}`);
  if (differences > 0) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}
