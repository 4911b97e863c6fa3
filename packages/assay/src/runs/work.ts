import { createHmac } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { AssayError } from '../errors.ts';
import type { Argv, Stage, StageGraph } from '../pipelines/index.ts';
import { IgnoreRules } from '../workspace/index.ts';
import type { Contents } from './contents.ts';
import { assayVersion } from './fingerprint.ts';
import { type KeyParts, normalisePorts } from './key.ts';
import type { InputUse } from './run-records.ts';
import { readToolchain } from './toolchain.ts';

/** The files that implement a command of Assay, absolute; undefined when there is no such command. */
export type Implementation = (
  argv: Argv,
) => Promise<{ readonly name: string; readonly files: readonly string[] } | undefined>;

/** What a stage would do now. */
export interface Work {
  readonly parts: KeyParts;
  readonly inputs: readonly InputUse[];
}

export interface WorkContext {
  readonly graph: StageGraph;
  readonly contents: Contents;
  readonly implementation: Implementation;
  /** The caller's variables, for those that an environment passes on. */
  readonly environment: NodeJS.ProcessEnv;
  /** Keys the hashes of passed values, so that a short secret cannot be guessed from a record. */
  readonly salt: Uint8Array;
}

/** Left out of code folders whatever the ignore files say: made by running, not written by a person. */
const byproducts = ['__pycache__/', '*.py[cod]', 'node_modules/', '.ipynb_checkpoints/', '.DS_Store'];

/**
 * Reads all that decides what the stage makes.
 * @throws AssayError `ASSAY_RUN_INPUT_MISSING`, `ASSAY_RUN_CODE_MISSING`, `ASSAY_RUN_LOCKFILE_MISSING` for what is gone,
 * `ASSAY_RUN_UNKNOWN_COMMAND` for an `assay …` that there is not.
 */
export async function readWork(context: WorkContext, stage: Stage): Promise<Work> {
  const { graph } = context;
  const { commands, pathOf } = normalisePorts(stage);
  const inputs: InputUse[] = [];
  for (const { port, path, from } of stage.inputs) {
    const content = await context.contents.describe(resolve(graph.directory, path), 'refused');
    if (!content) {
      const maker = from ? `; ${from.stage} has not made it` : '';
      throw new AssayError(
        'ASSAY_RUN_INPUT_MISSING',
        `the input ${port} of ${stage.id}: ${path} is not there${maker}`,
        {
          hint: 'Bring the file there, or correct the path in the pipeline.',
        },
      );
    }
    inputs.push({ port, path, kind: content.kind, sha256: content.sha256, from: from ?? null });
  }
  const { variables, path, pass, lockfiles } = stage.environment;
  const byPort = <T, U>(
    list: readonly (T & { readonly port: string })[],
    value: (one: T & { readonly port: string }) => U,
  ) => Object.fromEntries(list.map((one) => [one.port, value(one)]));
  const parts: KeyParts = {
    commands,
    directory: stage.directory === '' ? '.' : stage.directory,
    code: await readCode(context, stage),
    environment: {
      variables,
      passed: Object.fromEntries(pass.map((name) => [name, keyedHash(context, name)])),
      toolchain: Object.fromEntries(
        path.map((folder) => [folder, readToolchain(resolve(graph.directory, folder)).identity]),
      ),
      lockfiles: await digests(context, stage, lockfiles, 'ASSAY_RUN_LOCKFILE_MISSING', 'the lock file'),
    },
    inputs: byPort(inputs, ({ port, sha256 }) => withPath(pathOf('inputs', port), { sha256 })),
    parameters: stage.parameters,
    outputs: byPort(stage.outputs, ({ port, role }) => withPath(pathOf('outputs', port), { role })),
  };
  return { parts, inputs };
}

function withPath<T extends object>(path: string | undefined, rest: T): T & { readonly path?: string } {
  return path === undefined ? rest : { path, ...rest };
}

/** Declared code, files that the commands name, and for `assay …` the files that implement the command. */
async function readCode(context: WorkContext, stage: Stage): Promise<Readonly<Record<string, string>>> {
  const { graph } = context;
  const paths = new Set<string>();
  const rules = new IgnoreRules(graph.directory, undefined, byproducts);
  for (const path of stage.code) for (const file of filesUnder(graph, rules, path)) paths.add(file);
  const argvs = [...stage.hooks.pre, ...stage.commands, ...stage.hooks.post];
  for (const argv of argvs) for (const file of filesNamed(graph, stage, argv)) paths.add(file);
  const code = await digests(context, stage, [...paths].sort(), 'ASSAY_RUN_CODE_MISSING', 'code of the stage');
  for (const argv of argvs) {
    if (argv[0] !== 'assay') continue;
    const found = await context.implementation(argv);
    if (!found) {
      throw new AssayError(
        'ASSAY_RUN_UNKNOWN_COMMAND',
        `the stage ${stage.id} runs \`${argv.slice(0, 3).join(' ')} …\`, which Assay does not know`,
        {
          hint: 'See `assay help` for the commands.',
        },
      );
    }
    const files = await Promise.all(found.files.map((file) => context.contents.describe(file)));
    const digest = createHmac('sha256', assayVersion());
    for (const [i, content] of files.entries()) digest.update(`${i} ${content?.sha256 ?? 'gone'}\n`);
    code[`assay ${found.name}`] = digest.digest('hex');
  }
  return code;
}

async function digests(
  context: WorkContext,
  stage: Stage,
  paths: readonly string[],
  errorCode: string,
  what: string,
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const path of paths) {
    const content = await context.contents.describe(resolve(context.graph.directory, path), 'refused');
    if (!content) {
      throw new AssayError(errorCode, `${what} ${stage.id}: ${path} is not there`, {
        hint: 'Bring the file back, or take it out of the pipeline.',
      });
    }
    found[path] = content.sha256;
  }
  return found;
}

/** A file, or the files of a folder that are not ignored; relative to the pipeline's folder. */
function filesUnder(graph: StageGraph, rules: IgnoreRules, path: string): readonly string[] {
  const full = resolve(graph.directory, path);
  if (statSync(full, { throwIfNoEntry: false })?.isDirectory() !== true) return [path];
  return walk(full, '', (inner, isDirectory) => !rules.ignores(join(path, inner), isDirectory)).map((inner) =>
    join(path, inner),
  );
}

/** Paths of the files under a folder, in order. Links to files are followed, links to folders are not. */
function walk(
  root: string,
  folder: string,
  wanted: (path: string, isDirectory: boolean) => boolean,
): readonly string[] {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (!wanted(path, entry.isDirectory())) return [];
      if (entry.isDirectory()) return walk(root, path, wanted);
      if (entry.isSymbolicLink()) return statSync(join(root, path), { throwIfNoEntry: false })?.isFile() ? [path] : [];
      return entry.isFile() ? [path] : [];
    });
}

const scriptName = /\.(?:py|ipynb|[cm]?js|[cm]?ts|sh|bash|R|r|Rmd|jl|pl|rb|lua|sql|php|scala|awk|sed|do|m)$/;

/** Programs and scripts that a command names, as in `python train.py`: code, unless they are data of the stage. */
function filesNamed(graph: StageGraph, stage: Stage, argv: Argv): readonly string[] {
  const data = [...stage.inputs, ...stage.outputs].map(({ path }) => path);
  return argv.flatMap((word, i) => {
    if (word.startsWith('-') || isAbsolute(word)) return [];
    if (!(scriptName.test(word) || (i === 0 && word.includes('/')))) return [];
    const full = resolve(graph.directory, stage.directory, word);
    const path = relative(graph.directory, full).split(sep).join('/');
    if (path === '' || path.startsWith('..')) return [];
    if (data.some((one) => path === one || path.startsWith(`${one}/`))) return [];
    return statSync(full, { throwIfNoEntry: false })?.isFile() === true ? [path] : [];
  });
}

function keyedHash(context: WorkContext, name: string): string | null {
  const value = context.environment[name];
  if (value === undefined) return null;
  return createHmac('sha256', context.salt).update(`${name}\0${value}`).digest('hex');
}

/** The sources of a package, tests apart: what implements its commands. */
export function sourceFiles(folder: string): readonly string[] {
  const wanted = (path: string, isDirectory: boolean) =>
    isDirectory
      ? !path.endsWith('node_modules')
      : /\.(?:ts|js|mjs|wasm|json|txt)$/.test(path) && !path.endsWith('.test.ts');
  return walk(folder, '', wanted).map((path) => join(folder, path));
}
