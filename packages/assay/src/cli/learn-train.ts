import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { exportOnnx, readWordVectors, type TrainingOptions, trainTextClassifier } from '@assay/learn';
import { parse } from 'yaml';
import { AssayError } from '../errors.ts';
import { modelReport } from '../reports/index.ts';
import { defineCommand } from './command.ts';
import { formatScore } from './format.ts';
import { loadGivenData, loadSplitData, type TrainingData } from './training-data.ts';
import { evaluateModel } from './training-evaluation.ts';

export const command = defineCommand({
  options: {
    paragraphs: { value: 'FILE', description: 'paragraphs.jsonl; needs --target, and is split by filing' },
    target: { value: 'FILE', description: 'reference labels of the paragraphs, as label lines' },
    labels: { value: 'FILE', description: "labelers' answers, to be judged on the same test paragraphs" },
    train: {
      value: 'FILE',
      description: 'in place of --paragraphs: label<TAB>text (.tsv), a table (.csv), or JSON Lines',
    },
    dev: { value: 'FILE', description: 'for early stopping; goes with --train' },
    test: { value: 'FILE', description: 'touched by neither training nor early stopping; goes with --train' },
    config: { value: 'FILE', description: 'settings of the training, YAML or JSON; what is left out has its default' },
    set: { value: 'KEY=VALUE', repeat: true, description: 'one setting, dotted, for instance embed.width=32' },
    vectors: {
      value: 'FILE',
      description: 'word vectors to begin with: GloVe or word2vec; embed.kind is then vectors, unless it is set',
    },
    seed: { value: 'N', number: true, default: 1, description: 'the same seed, data and settings give the same bytes' },
    backend: { value: 'NAME', default: 'auto', description: 'wasm, js, or auto' },
    name: { value: 'NAME', default: 'model', description: 'what the report calls the model' },
    out: {
      value: 'DIR',
      required: true,
      description: 'gets the model, ONNX, evaluation.json, examples.jsonl, report.html',
    },
  },
  details:
    'Test texts touch neither training nor early stopping. The report judges the majority class, every labeler and the\n' +
    'model on the same test texts, with 95 % bootstrap intervals, and says where the model loses.',
  async run({ options, context, output, signal }) {
    const path = (file: string) => resolve(context.directory, file);
    await checkOut(path(options.out));
    const data = await load(options, path);
    const settings = await readConfig(options.config === undefined ? undefined : path(options.config), options.set);
    const config =
      options.vectors === undefined ? settings : { ...settings, embed: { kind: 'vectors', ...settings.embed } };
    // A text with several labels has no place in the report's tables, which count one for each.
    if (config.predict?.kind === 'multi-label') {
      throw new AssayError(
        'ASSAY_TRAIN_CONFIG',
        'predict.kind multi-label is for the library alone: the report judges one label a text',
        {
          hint: 'Call trainTextClassifier of @assay/learn, or choose softmax or ordinal.',
        },
      );
    }
    const vectors = options.vectors === undefined ? undefined : await readWordVectors(path(options.vectors));
    const progress = output.progress('train', 'batches');
    const model = await trainTextClassifier({
      train: data.train,
      dev: data.dev,
      config: config as TrainingOptions,
      ...(vectors && { vectors }),
      seed: options.seed,
      backend: backendOf(options.backend),
      signal,
      onProgress: ({ member, members, epoch, epochs, batch, batches }) => {
        progress.update(((member - 1) * epochs + epoch - 1) * batches + batch, members * epochs * batches);
      },
    }).finally(() => progress.end());
    const { evaluation, lines } = evaluateModel(model, options.name, data, options.seed);
    await writeFolder(path(options.out), {
      ...model.toFiles(),
      'model.onnx': exportOnnx(model),
      'evaluation.json': `${JSON.stringify(evaluation, null, 1)}\n`,
      'examples.jsonl': `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`,
      'report.html': modelReport(evaluation),
    });

    const { train, dev, test } = evaluation.parts;
    const part = ({ texts, groups }: typeof train) => `${texts} texts of ${groups} groups`;
    output.print(`trained on ${part(train)}, stopped by ${part(dev)}, judged on ${part(test)}`);
    output.table(
      ['on the test texts', 'macro F1 [95 %]', 'accuracy [95 %]'],
      evaluation.systems.map(({ name, macro_f1, accuracy }) => [name, formatScore(macro_f1), formatScore(accuracy)]),
    );
    for (const sentence of evaluation.summary) output.print(sentence);
    for (const warning of evaluation.warnings) output.note(warning);
    const scores = evaluation.systems.find(({ kind }) => kind === 'model')!;
    output.result({
      out: path(options.out),
      accuracy: scores.accuracy.value,
      macro_f1: scores.macro_f1.value,
      backend: model.backend,
      epochs: model.history.length,
      parts: evaluation.parts,
      systems: evaluation.systems,
      verdicts: evaluation.verdicts,
    });
    return 0;
  },
});

interface DataOptions {
  readonly paragraphs: string | undefined;
  readonly target: string | undefined;
  readonly labels: string | undefined;
  readonly train: string | undefined;
  readonly dev: string | undefined;
  readonly test: string | undefined;
  readonly seed: number;
}

async function load(options: DataOptions, path: (file: string) => string): Promise<TrainingData> {
  const { paragraphs, target, labels, train, dev, test, seed } = options;
  if (paragraphs && target && !train && !dev && !test) {
    return loadSplitData({ paragraphs: path(paragraphs), target: path(target), labels: labels && path(labels), seed });
  }
  if (train && dev && !paragraphs && !target && !labels) {
    return loadGivenData({ train: path(train), dev: path(dev), test: test && path(test) });
  }
  throw new AssayError('ASSAY_TRAIN_OPTIONS', 'the data is named in neither of the two ways', {
    hint: 'Either --paragraphs with --target (and --labels), or --train with --dev (and --test).',
  });
}

function backendOf(name: string): 'auto' | 'wasm' | 'js' {
  if (name === 'auto' || name === 'wasm' || name === 'js') return name;
  throw new AssayError('ASSAY_TRAIN_OPTIONS', `there is no backend ${name}`, { hint: 'wasm, js, or auto.' });
}

/** The file's settings with `--set` over them; what they are is checked by the trainer. */
async function readConfig(file: string | undefined, sets: readonly string[]): Promise<TrainingOptions> {
  const config: Record<string, unknown> = Object.create(null);
  if (file !== undefined) {
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      throw settingsError(`cannot read the settings ${file}: ${error instanceof Error ? error.message : error}`);
    });
    const settings = parseSetting(text, `the settings ${file}`) ?? {};
    if (typeof settings !== 'object' || Array.isArray(settings)) {
      throw settingsError(`the settings ${file} must be a mapping of names to values`);
    }
    Object.assign(config, settings);
  }
  for (const set of sets) {
    const equals = set.indexOf('=');
    const keys = set.slice(0, Math.max(0, equals)).split('.');
    if (keys.includes('')) throw settingsError(`\`${set}\` is not a setting`);
    let at = config;
    for (const part of keys.slice(0, -1)) {
      const next = at[part];
      const inner: Record<string, unknown> = Object.assign(Object.create(null), typeof next === 'object' ? next : {});
      at[part] = inner;
      at = inner;
    }
    at[keys.at(-1)!] = parseSetting(set.slice(equals + 1), `\`${set}\``);
  }
  return config;
}

function parseSetting(text: string, where: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100 });
  } catch (error) {
    throw settingsError(`${where} is not YAML: ${error instanceof Error ? error.message : error}`);
  }
}

function settingsError(message: string): AssayError {
  return new AssayError('ASSAY_TRAIN_CONFIG', message, {
    hint: 'Settings are YAML or JSON, such as {"epochs": 10}; or --set KEY=VALUE, for instance embed.width=32.',
  });
}

/** What a training writes; `--out` is replaced whole, and only when it holds nothing else. */
const outputs = ['model.safetensors', 'config.json', 'model.onnx', 'evaluation.json', 'examples.jsonl', 'report.html'];

/** Before time is spent: replacing `--out .` would delete a person's files. */
async function checkOut(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new AssayError('ASSAY_TRAIN_OPTIONS', `--out ${folder} is no folder that can be written: ${error.message}`, {
      hint: 'Name a folder that a training wrote, or a new one.',
    });
  });
  const foreign = names.find((name) => !outputs.includes(name));
  if (foreign === undefined) return;
  throw new AssayError('ASSAY_TRAIN_OPTIONS', `--out ${folder} holds ${foreign}, which no training wrote`, {
    hint: 'The folder is replaced whole: name one that a training wrote, or a new one.',
  });
}

/** The folder appears whole: it is filled beside its place and renamed into it. */
async function writeFolder(folder: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  const temporary = `${folder}.${process.pid}.tmp`;
  await mkdir(dirname(folder), { recursive: true });
  try {
    await mkdir(temporary);
    for (const [name, content] of Object.entries(files))
      await writeFile(join(temporary, name), content, { flush: true });
    await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
