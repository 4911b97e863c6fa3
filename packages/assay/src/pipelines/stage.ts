import { statSync } from 'node:fs';
import { join } from 'node:path';
import { asArgument, referencesIn, render, toArgvs } from './commands.ts';
import { unknownParameter } from './conditions.ts';
import { type Block, type Draft, tell } from './draft.ts';
import { parseDuration } from './duration.ts';
import { entitiesOf, environmentOf, type Used } from './environments.ts';
import type { Argv, Condition, Json, Stage } from './graph.ts';
import { parameterAt } from './parameters.ts';
import { cleanPath, isWithin } from './paths.ts';
import type { Ports } from './ports.ts';
import { suggestion } from './problems.ts';
import type { Commands } from './schema.ts';
import type { Path } from './source.ts';

/** One block as a stage of the graph. What is wrong with it is told. */
export function stageOf(
  draft: Draft,
  block: Block,
  ports: Ports,
  order: { readonly needs: readonly string[]; readonly when: Condition | undefined },
): Stage {
  const { document } = block;
  const used = entitiesOf(draft, block);
  const commands = new CommandReader(draft, block, ports);
  const own = document.run === undefined ? undefined : commands.read(document.run, [...block.path, 'run']);
  const run =
    own ??
    used.models.flatMap((model) =>
      model.document.run ? commands.read(model.document.run, [...model.path, 'run']) : [],
    );
  const hooks = {
    pre: commands.hook('pre'),
    post: commands.hook('post'),
    callback: commands.hook('callback'),
  };
  for (const [i, name] of (document.parameters ?? []).entries()) commands.use(name, [...block.path, 'parameters', i]);
  if (document.run === undefined) checkHasCommand(draft, block, used);
  const environment = environmentOf(draft, block, used, run.length > 0 || document.run !== undefined);
  for (const path of environment.lockfiles) {
    const clean = cleanPath(path);
    if ('code' in clean) tell(draft, clean, [...(used.environment?.path ?? block.path), 'lockfiles']);
  }
  return {
    id: block.id,
    group: block.group,
    description: document.description,
    commands: run,
    directory: '.',
    environment,
    inputs: [...ports.inputs.values()],
    outputs: [...ports.outputs.values()],
    parameters: commands.parameters,
    code: codeOf(draft, block, used, ports, commands.literals),
    needs: order.needs,
    when: order.when,
    hooks,
    durationSeconds: durationOf(draft, block),
    status: block.active ? 'active' : 'inactive',
  };
}

function checkHasCommand(draft: Draft, block: Block, used: Used): void {
  if (used.models.some(({ document }) => document.run !== undefined || document.source !== undefined)) return;
  tell(
    draft,
    {
      code: 'ASSAY_PIPELINE_NO_COMMAND',
      message: `the block \`${block.id}\` has nothing to run`,
      hint: 'Give it `run`, or name a Model entity that has one.',
    },
    block.path,
  );
}

function durationOf(draft: Draft, block: Block): number | undefined {
  const { duration } = block.document;
  if (duration === undefined) return undefined;
  const seconds = parseDuration(duration);
  if (seconds === undefined || seconds > 366 * 86_400) {
    const message = `\`${duration}\` is no time to run: expected more than nothing and at most a year`;
    tell(draft, { code: 'ASSAY_PIPELINE_DURATION', message }, [...block.path, 'duration']);
  }
  return seconds;
}

/** What is named, and every literal word of a command that is a file in the folder: a script is code. */
function codeOf(draft: Draft, block: Block, used: Used, ports: Ports, literals: readonly string[]): readonly string[] {
  const named = [
    ...(block.document.code ?? []).map((path, i) => ({ path, at: [...block.path, 'code', i] })),
    ...used.models.flatMap((model) =>
      (model.document.code ?? []).map((path, i) => ({ path, at: [...model.path, 'code', i] })),
    ),
  ];
  const code = new Set<string>();
  for (const { path, at } of named) {
    const clean = cleanPath(path);
    if ('code' in clean) tell(draft, clean, at);
    else code.add(clean.path);
  }
  const written = [...draft.blocks.values()].flatMap(({ document }) =>
    Object.values(document.outputs ?? {}).map((output) => (typeof output === 'string' ? output : output.path)),
  );
  const data = [...[...ports.inputs.values()].map(({ path }) => path), ...written];
  for (const word of literals) {
    const clean = cleanPath(word);
    if ('code' in clean || data.some((path) => isWithin(clean.path, path.replace(/\/$/, '')))) continue;
    if (statSync(join(draft.directory, clean.path), { throwIfNoEntry: false })?.isFile()) code.add(clean.path);
  }
  return [...code].sort();
}

/** Reads the commands of one block, and notes which parameters they use. */
class CommandReader {
  readonly #draft: Draft;
  readonly #block: Block;
  readonly #ports: Ports;
  readonly #parameters = new Map<string, Json>();
  readonly #literals: string[] = [];

  constructor(draft: Draft, block: Block, ports: Ports) {
    this.#draft = draft;
    this.#block = block;
    this.#ports = ports;
  }

  get parameters(): Readonly<Record<string, Json>> {
    return Object.fromEntries([...this.#parameters].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Words without a placeholder. */
  get literals(): readonly string[] {
    return this.#literals;
  }

  hook(name: 'pre' | 'post' | 'callback'): readonly Argv[] {
    const commands = this.#block.document.hooks?.[name];
    return commands === undefined ? [] : this.read(commands, [...this.#block.path, 'hooks', name]);
  }

  use(name: string, path: Path): Json | undefined {
    const value = parameterAt(this.#draft.parameters, name);
    if (value === undefined) tell(this.#draft, unknownParameter(this.#draft, name), path);
    else this.#parameters.set(name, value);
    return value;
  }

  read(commands: Commands, path: Path): readonly Argv[] {
    const split = toArgvs(commands);
    if ('code' in split) {
      tell(this.#draft, split, path);
      return [];
    }
    const isOne = typeof commands !== 'string' && typeof commands[0] === 'string';
    return split.argvs.map((argv, i) =>
      argv.map((word, j) =>
        this.#word(word, typeof commands === 'string' ? path : isOne ? [...path, j] : [...path, i, j]),
      ),
    );
  }

  #word(word: string, path: Path): string {
    if (word.includes('\0'))
      tell(this.#draft, { code: 'ASSAY_PIPELINE_COMMAND', message: 'a word holds a zero byte' }, path);
    const references = referencesIn(word);
    if ('code' in references) {
      tell(this.#draft, references, path);
      return word;
    }
    if (references.length === 0) this.#literals.push(word);
    return render(word, ({ kind, name }) =>
      kind === 'parameters' ? this.#parameter(name, path) : this.#port(kind, name, path),
    );
  }

  #parameter(name: string, path: Path): string {
    const value = this.use(name, path);
    if (value === undefined) return '';
    const argument = asArgument(value);
    if ('text' in argument) return argument.text;
    const message = `the parameter \`${name}\` cannot be an argument: ${argument.why}`;
    tell(this.#draft, { code: 'ASSAY_PIPELINE_PARAMETER_KIND', message }, path);
    return '';
  }

  #port(side: 'inputs' | 'outputs', name: string, path: Path): string {
    const port = this.#ports[side].get(name);
    if (port) return port.path;
    const declared = Object.keys(this.#block.document[side] ?? {});
    // A declared port without a path has a mistake of its own, which is told where it stands.
    if (!declared.includes(name))
      tell(
        this.#draft,
        {
          code: 'ASSAY_PIPELINE_UNKNOWN_PORT',
          message: `the block \`${this.#block.id}\` has no ${side === 'inputs' ? 'input' : 'output'} port \`${name}\``,
          hint: suggestion(name, declared, `${side === 'inputs' ? 'input' : 'output'} port`),
        },
        path,
      );
    return '';
  }
}
