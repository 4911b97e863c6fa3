import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { assay } from './command-line.ts';

const kinds = ['reds', 'whites', 'roses'] as const;
const pipeline = `stages:
  prepare:
    cmd: node prepare.js
    desc: One table of all bottles and their ratings.
    deps: [prepare.js, data/bottles, data/ratings.csv]
    params: [prepare.least]
    outs: [build/table.csv]
  train:
    foreach: [reds, whites, roses]
    do:
      cmd: node train.js \${item}
      deps: [train.js, build/table.csv]
      params: [train.rate, train.epochs]
      outs:
        - build/model-\${item}.txt
      plots:
        - build/loss-\${item}.csv:
            x: epoch
            y: loss
  evaluate:
    cmd: node evaluate.js
    deps: [evaluate.js, build/model-reds.txt, build/model-whites.txt, build/model-roses.txt]
    metrics:
      - scores.json:
          cache: false
`;
const parameters = (rate: number, epochs: number, least = 3) =>
  `prepare:\n  least: ${least}\ntrain:\n  rate: ${rate}\n  epochs: ${epochs}\n`;
const programs = {
  'prepare.js': `const fs = require('node:fs');
fs.mkdirSync('build', { recursive: true });
const least = Number(/least: (\\d+)/.exec(fs.readFileSync('params.yaml', 'utf8'))[1]);
const lines = fs.readFileSync('data/ratings.csv', 'utf8').trim().split('\\n');
fs.writeFileSync('build/table.csv', lines.filter((line, i) => i === 0 || Number(line.split(',')[2]) >= least).join('\\n') + '\\n');
`,
  'train.js': `const fs = require('node:fs');
const kind = process.argv[2];
const text = fs.readFileSync('params.yaml', 'utf8');
const rate = Number(/rate: ([\\d.]+)/.exec(text)[1]);
const epochs = Number(/epochs: (\\d+)/.exec(text)[1]);
const start = 1 + kind.length / 10;
const losses = Array.from({ length: epochs }, (_, i) => start * Math.exp(-rate * (i + 1)) + 0.1);
fs.writeFileSync('build/loss-' + kind + '.csv', 'epoch,loss\\n' + losses.map((loss, i) => i + 1 + ',' + loss.toFixed(4)).join('\\n') + '\\n');
fs.writeFileSync('build/model-' + kind + '.txt', kind + ' ' + losses.at(-1).toFixed(6) + '\\n');
`,
  'evaluate.js': `const fs = require('node:fs');
const scores = {};
for (const kind of ['reds', 'whites', 'roses']) {
  const loss = Number(fs.readFileSync('build/model-' + kind + '.txt', 'utf8').split(' ')[1]);
  scores[kind] = { accuracy: Number((1 - loss / 2).toFixed(4)), loss };
}
fs.writeFileSync('scores.json', JSON.stringify(scores, null, 2) + '\\n');
`,
};

/**
 * Makes a DVC repository as a person would have it: two thousand files in two versions, a pipeline with a loop that was run, two
 * branches and a tag. Made by Assay alone.
 * @param isRun false: the pipeline was never run, and nothing is recorded
 */
export async function makeWineRepository(root: string, { isRun = true } = {}): Promise<void> {
  const git = (...words: string[]) => execFileSync('git', words, { cwd: root, encoding: 'utf8' }).trim();
  const write = (name: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  };
  const commit = (message: string) => {
    git('add', '--all');
    git('commit', '--quiet', '--message', message);
  };
  mkdirSync(root, { recursive: true });
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'user.name', 'You');
  git('config', 'user.email', 'you@example.com');
  write('.dvc/config', '');
  write('.dvc/.gitignore', '/cache\n/tmp\n/config.local\n');
  write('.gitignore', '/.home\n');
  const bottle = (i: number, more = '') =>
    `bottle: ${i}\nacidity: ${((i * 37) % 100) / 10}\nsugar: ${((i * 53) % 90) / 10}\n${more}`;
  for (let i = 0; i < 2000; i++) write(`data/bottles/${kinds[i % 3]}/${String(i).padStart(5, '0')}.txt`, bottle(i));
  write('data/label.png', picture(160, 90, [150, 30, 60]));
  write('data/ratings.csv', ratings(400));
  await assay(root, ['add', 'data/bottles', 'data/label.png', 'data/ratings.csv']);
  for (const [name, text] of Object.entries(programs)) write(name, text);
  write('dvc.yaml', pipeline);
  write('params.yaml', parameters(0.1, 20));
  commit('Two thousand bottles and their ratings');
  if (!isRun) return;
  await assay(root, ['repro']);
  commit('A first model of each kind');
  git('tag', '--annotate', '--message', 'First release', 'v1.0');
  git('branch', 'before-cleaning');

  for (let i = 0; i < 120; i++) {
    const name = join(root, `data/bottles/${kinds[i % 3]}/${String(i).padStart(5, '0')}.txt`);
    if (i < 40) rmSync(name);
    else if (i < 60) renameSync(name, join(root, `data/bottles/moved-${i}.txt`));
    else write(`data/bottles/${kinds[i % 3]}/${String(i).padStart(5, '0')}.txt`, bottle(i, 'note: tasted again\n'));
  }
  for (let i = 2000; i < 2080; i++) write(`data/bottles/${kinds[i % 3]}/${i}.txt`, bottle(i));
  write('data/label.png', picture(160, 90, [40, 90, 60]));
  await assay(root, ['add', 'data/bottles', 'data/label.png']);
  write('params.yaml', parameters(0.2, 30));
  await assay(root, ['repro']);
  commit('Cleaned bottles, a faster rate');
  git('checkout', '--quiet', '-b', 'fewer-ratings');
  write('data/ratings.csv', ratings(300));
  await assay(root, ['add', 'data/ratings.csv']);
  commit('Only ratings that were checked');
  git('checkout', '--quiet', 'main');
  await assay(root, ['checkout']);
}

/** What is not committed: a file in a tracked folder, and a parameter. */
export function editWines(root: string): void {
  writeFileSync(join(root, 'data/bottles/reds/00060.txt'), 'bottle: 60\nacidity: 2.2\nsugar: 4\nnote: corked\n');
  writeFileSync(join(root, 'params.yaml'), parameters(0.25, 30));
}

function ratings(rows: number): string {
  const lines = Array.from({ length: rows }, (_, i) => `${i},${kinds[i % 3]},${3 + ((i * 7) % 7)}`);
  return `id,kind,quality\n${lines.join('\n')}\n`;
}

/** A PNG of one colour with a stripe. */
function picture(width: number, height: number, [r, g, b]: readonly [number, number, number]): Buffer {
  const row = (y: number) =>
    Buffer.concat([
      Buffer.of(0),
      Buffer.concat(Array.from({ length: width }, () => (y % 30 < 6 ? Buffer.of(240, 235, 220) : Buffer.of(r, g, b)))),
    ]);
  const chunk = (type: string, content: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
    const ends = Buffer.alloc(8);
    ends.writeUInt32BE(content.length, 0);
    ends.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(Buffer.concat(Array.from({ length: height }, (_, y) => row(y))))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
