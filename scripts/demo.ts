import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { styleText } from 'node:util';
import { main } from '../packages/assay/src/cli/main.ts';

/** From filings to a sealed, explained, served model, in demo/. Ends with exit code 0 only if all of it came true. */

const root = join(import.meta.dirname, '..');
const demo = join(root, 'demo');
const model = 'edgar-sentiment';
const paragraph =
  'Volumes held up better than we feared, but pricing did not, and we are taking our margin guidance down by two points for the year.';
const started = performance.now();

class DemoFailure extends Error {}

function heading(text: string): void {
  console.log(`\n${styleText('bold', text)}`);
}

/** Shows a command and runs it in this process; what it prints is seen. */
async function show(...argv: string[]): Promise<void> {
  console.log(
    `\n\x1b[1m$ assay ${argv.map((word) => (/[\s"]/.test(word) ? JSON.stringify(word) : word)).join(' ')}\x1b[0m`,
  );
  const code = await main(['-C', demo, ...argv]);
  if (code !== 0) throw new DemoFailure(`assay ${argv[0]} ended with exit code ${code}`);
}

/** Runs a command for its JSON. */
async function ask<T>(...argv: string[]): Promise<T> {
  let text = '';
  const code = await main(['-C', demo, ...argv, '--json'], { stdout: { write: (part) => (text += part) } });
  if (code !== 0) throw new DemoFailure(`assay ${argv.join(' ')} ended with exit code ${code}`);
  return JSON.parse(text);
}

async function servePrediction(): Promise<void> {
  const launcher = join(root, 'packages/assay/bin/assay.js');
  heading(`$ assay serve ${model} &   curl -d '{"text": …}' …/predict`);
  const server = spawn(process.execPath, [launcher, '-C', demo, 'serve', model, '--port', '0', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const { url } = await firstJson<{ url: string }>(server);
    const response = await fetch(`${url}/predict`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text: paragraph }),
    });
    const answer = (await response.json()) as { label?: string };
    if (!response.ok || !answer.label) throw new DemoFailure(`the served model answered ${response.status}`);
    console.log(JSON.stringify(answer));
  } finally {
    const ended = new Promise<number | null>((resolve) => server.once('exit', resolve));
    server.kill('SIGTERM');
    const code = await ended;
    if (code !== 0) process.exitCode = 1;
  }
}

function firstJson<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout!.on('data', (part: Buffer) => {
      text += part.toString();
      try {
        resolve(JSON.parse(text));
      } catch {
        // More of it comes.
      }
    });
    child.once('exit', (code) => reject(new DemoFailure(`serve ended with exit code ${code}`)));
  });
}

function prepare(): void {
  const example = join(root, 'examples/edgar-sentiment');
  mkdirSync(demo, { recursive: true });
  // What a person has changed here stays: only what is missing is copied.
  for (const name of ['pipeline.yaml', 'sample']) {
    if (!existsSync(join(demo, name))) cpSync(join(example, name), join(demo, name), { recursive: true });
  }
}

interface Scored {
  readonly name: string;
  readonly kind: string;
  readonly macro_f1: { readonly value: number; readonly low: number; readonly high: number };
}

/** The model's F1 with its interval, beside the labelers', on the same test paragraphs. */
function showScores(): void {
  const file = join(demo, 'build/model/evaluation.json');
  const { systems, summary }: { systems: readonly Scored[]; summary: readonly string[] } = JSON.parse(
    readFileSync(file, 'utf8'),
  );
  if (!systems.some(({ kind }) => kind === 'model')) throw new DemoFailure(`${file} does not judge the model`);
  heading('On filings that the model has never seen: macro F1 with its 95 % interval');
  const width = 30;
  for (const { name, kind, macro_f1 } of systems) {
    const column = (share: number) => Math.round(share * width);
    const bar = Array.from({ length: width + 1 }, (_, i) =>
      i === column(macro_f1.value) ? '●' : i >= column(macro_f1.low) && i <= column(macro_f1.high) ? '─' : ' ',
    ).join('');
    const line = `${name.padEnd(15)} ${macro_f1.value.toFixed(3)} [${macro_f1.low.toFixed(3)}, ${macro_f1.high.toFixed(3)}]  ${bar.trimEnd()}`;
    console.log(kind === 'model' ? styleText('bold', line) : line);
  }
  console.log(summary.join('\n'));
}

interface ModelShown {
  readonly version: string;
  readonly stages: readonly string[];
  readonly parents: readonly { readonly role: string; readonly ref: string }[];
}

try {
  prepare();
  console.log(
    `The flagship pipeline, in ${relative(process.cwd(), demo) || demo}: filings → paragraphs → labels → compared → a model.`,
  );
  if (!existsSync(join(demo, '.assay'))) await show('init');
  await show('run', 'pipeline.yaml');
  showScores();
  await show('model', 'promote', model);
  await show('model', 'show', model);
  await show('explain', model, paragraph);
  await servePrediction();
  await show('verify');

  const receipt = join(demo, 'receipt.json');
  await show('receipt', `model-version/${model}`, '--out', 'receipt.json');
  const vkey = readFileSync(join(demo, '.assay', 'vkey'), 'utf8').trim();
  await show('verify', '--receipt', 'receipt.json', '--key', vkey);

  const shown = await ask<ModelShown>('model', 'show', model);
  if (!shown.stages.includes('production')) throw new DemoFailure('the model is not in production');
  if (!existsSync(receipt)) throw new DemoFailure('there is no receipt');
  const seconds = (performance.now() - started) / 1000;
  console.log(
    `\nAll of it holds: ${model}@${shown.version} is in production, sealed, explained and served (${seconds.toFixed(1)} s).`,
  );
  console.log('Look at it:   npm run studio');
  console.log('Run it again: npm run demo   (nothing has changed, so no stage is executed)');
} catch (error) {
  if (!(error instanceof DemoFailure)) throw error;
  console.error(`\nThe demo did not come to its end: ${error.message}.`);
  process.exitCode = 1;
}
