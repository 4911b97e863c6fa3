import { posix } from 'node:path';
import { type OutEntry, type ResolvedPipeline, type ResolvedStage, shellQuoted, toText } from '../../dvc/index.ts';
import { toJson } from '../dvc-graph.ts';
import type { Json } from '../graph.ts';
import { isWithin } from '../paths.ts';
import type { Place } from '../problems.ts';
import { placesIn } from './comments.ts';
import { DvcCommands } from './dvc-commands.ts';
import { fieldsOf } from './fields.ts';
import { JdfNames } from './jdf-names.ts';
import { formatJdf } from './jdf-text.ts';
import { checkLosses, type Loss } from './loss.ts';
import { isPlain } from './shell-text.ts';

export interface JdfOptions {
  readonly lossy: boolean;
  readonly shell: string;
  readonly name: string;
  /** Folders of programs that lie in the folder, such as `.venv/bin`. */
  readonly toolchains: readonly string[];
  /** The text of `params.yaml` beside the file, for its comments. */
  readonly parameters: string | undefined;
}

type JsonFields = { readonly [key: string]: Json };

/**
 * The stages of a `dvc.yaml` as a JDF 2 pipeline: a block for each, with the same commands, data and parameters. Loops are
 * written out.
 * @throws PipelineError `ASSAY_PIPELINE_CONVERT` for what JDF cannot say
 */
export function toJdf(
  file: string,
  text: string,
  pipeline: ResolvedPipeline,
  options: JdfOptions,
): { readonly text: string; readonly losses: readonly Loss[] } {
  return new JdfWriter(file, text, pipeline, options).write();
}

/** A stage with what it reads and writes as paths from the file's folder. */
interface Placed {
  readonly stage: ResolvedStage;
  readonly block: string;
  readonly wdir: string;
  readonly deps: readonly string[];
  readonly outs: readonly { readonly out: OutEntry; readonly path: string; readonly port: string }[];
}

class JdfWriter {
  readonly #file: string;
  readonly #text: string;
  readonly #pipeline: ResolvedPipeline;
  readonly #options: JdfOptions;
  readonly #losses: Loss[] = [];
  readonly #commands: DvcCommands;
  readonly #places: (path: readonly string[]) => Place | undefined;
  readonly #used = new Set<string>();

  constructor(file: string, text: string, pipeline: ResolvedPipeline, options: JdfOptions) {
    this.#file = file;
    this.#text = text;
    this.#pipeline = pipeline;
    this.#options = options;
    this.#commands = new DvcCommands(file, text, pipeline);
    this.#places = placesIn(text, file);
  }

  write(): { readonly text: string; readonly losses: readonly Loss[] } {
    this.#tellTop();
    const names = new JdfNames();
    const placed = [...this.#pipeline.stages.values()].map((stage) => this.#place(stage, names));
    const connections: { from: string; to: string }[] = [];
    const groups = new Map<string, JsonFields[]>();
    for (const one of placed) {
      const group = headingOf(one.stage);
      const block = this.#block(one, placed, connections);
      groups.set(group, [...(groups.get(group) ?? []), block]);
    }
    checkLosses(this.#file, this.#text, this.#losses, this.#options.lossy);
    const parameters = this.#parameters();
    const document = {
      jdf: 2,
      name: this.#options.name,
      version: '1:0:0',
      ...(parameters ? { parameters } : {}),
      entities: [
        {
          name: 'shell',
          type: 'Environment',
          executor: 'process',
          ...(this.#options.toolchains.length > 0 ? { path: this.#options.toolchains } : {}),
          pass: ['HOME'],
        },
      ],
      stages: [...groups].map(([name, blocks]) => ({ name: name.slice(0, 100), blocks })),
      ...(connections.length > 0 ? { connections } : {}),
    };
    const origins = new Map(placed.map(({ block, stage }) => [block, stage.generatedFrom ?? stage.name]));
    const losses = this.#losses;
    const { parameters: values } = this.#options;
    const dvc = { file: this.#file, text: this.#text, parameters: values, origins, losses };
    return { text: formatJdf(document, dvc), losses };
  }

  #place(stage: ResolvedStage, names: JdfNames): Placed {
    const at = this.#at(stage);
    const wdir = posix.normalize(stage.wdir ?? '.').replace(/\/$/, '');
    const located = (path: string) => {
      const clean = posix.normalize(posix.join(wdir, path)).replace(/\/$/, '');
      if (!/^[A-Za-z][A-Za-z0-9+.-]+:\/\//.test(path) && !posix.isAbsolute(path) && !/^\.\.(\/|$)/.test(clean))
        return clean;
      this.#lose(at, `\`${stage.name}\` uses ${path}: what lies outside of the folder has no place in a JDF`, true);
      return path;
    };
    const ports = new JdfNames();
    return {
      stage,
      wdir,
      block: names.take(stage.name),
      deps: stage.deps.map(({ path }) => located(path)),
      outs: stage.outs.map((out) => ({ out, path: located(out.path), port: ports.takeForPath(out.path) })),
    };
  }

  #block(one: Placed, all: readonly Placed[], connections: { from: string; to: string }[]): JsonFields {
    const { stage, block } = one;
    this.#tellUnsayable(one, all);
    const ports = new JdfNames();
    const inputs: Record<string, Json> = {};
    const code: string[] = [];
    const words = new Set(this.#commands.lines(stage).flatMap(({ text }) => text.split(/\s+/)));
    for (const path of one.deps) {
      const makers = all.flatMap((other) =>
        other.outs.filter((out) => isWithin(path, out.path) || isWithin(out.path, path)).map((out) => ({ other, out })),
      );
      for (const { other, out } of makers) {
        const port = ports.takeForPath(out.path);
        inputs[port] = null;
        connections.push({ from: `${other.block}.${out.port}`, to: `${block}.${port}` });
      }
      const isScript = /\.(py|sh|bash|R|r|jl|js|ts|mjs|rb|pl|ipynb)$/.test(path) && words.has(path);
      if (makers.length === 0 && isScript) code.push(path);
      else if (makers.length === 0) inputs[ports.takeForPath(path)] = path;
    }
    const { parameters, files } = this.#parametersOf(one);
    code.push(...files.filter((path) => !one.deps.includes(path)));
    const outputs = Object.fromEntries(one.outs.map(({ out, path, port }) => [port, outputOf(out, path)]));
    return {
      name: block,
      ...(stage.desc === undefined ? {} : { description: stage.desc }),
      entities: ['shell'],
      ...(Object.keys(inputs).length > 0 ? { inputs } : {}),
      ...(one.outs.length > 0 ? { outputs } : {}),
      run: this.#run(one),
      ...(code.length > 0 ? { code: [...new Set(code)] } : {}),
      ...(parameters.length > 0 ? { parameters } : {}),
      ...(stage.frozen ? { status: 'inactive' } : {}),
    };
  }

  #run({ stage, wdir }: Placed): Json {
    const at = this.#at(stage);
    const { shell } = this.#options;
    const lines = this.#commands.lines(stage);
    for (const name of new Set(lines.flatMap(({ uses }) => uses))) {
      this.#use(name);
      const value = this.#commands.variable(name)!;
      const here = String(toJson(value));
      if (here !== toText(value)) {
        this.#lose(at, `the parameter \`${name}\` is ${toText(value)} in a command of DVC, and ${here} in one of JDF`);
      }
    }
    const isWord = (name: string) => {
      const value = this.#commands.variable(name.replace(/^parameters\./, ''));
      return value !== undefined && value !== null && /^[\w@%+=:,./-]+$/.test(toText(value));
    };
    const runs = lines.map(({ text }) => ({ text, plain: wdir === '.' && isPlain(text, isWord) }));
    if (runs.every(({ plain }) => plain)) return runs.map(({ text }) => text.trim()).join('\n');
    const before = wdir === '.' ? '' : `cd ${shellQuoted(wdir)} || exit 1; `;
    const argvs = runs.map(({ text }) => [shell, '-c', before + text]);
    return argvs.length === 1 ? argvs[0]! : argvs;
  }

  /** What the stage depends on of parameters, and the files that its command may read them from. */
  #parametersOf({ stage, wdir }: Placed): {
    readonly parameters: readonly string[];
    readonly files: readonly string[];
  } {
    const inCommand = new Set(this.#commands.lines(stage).flatMap(({ uses }) => uses));
    const names: string[] = [];
    const files: string[] = [];
    for (const { file, keys } of stage.params) {
      const path = posix.normalize(posix.join(wdir, file));
      const known = path === 'params.yaml' ? keys.filter((key) => this.#commands.variable(key) !== undefined) : [];
      for (const key of known) this.#use(key);
      names.push(...known.filter((key) => !inCommand.has(key)));
      if (keys.length === 0 || keys.some((key) => !inCommand.has(key))) files.push(path);
      const rest = keys.filter((key) => !known.includes(key));
      if (rest.length > 0) {
        this.#lose(
          this.#at(stage),
          `\`${stage.name}\` depends on ${rest.join(', ')} of ${path}; its block runs again when anything in it changes`,
        );
      }
    }
    return { parameters: names, files };
  }

  #use(name: string): void {
    this.#used.add(name.split('.')[0]!);
  }

  #parameters(): JsonFields | undefined {
    if (this.#used.size === 0) return undefined;
    return Object.fromEntries(
      Object.entries(this.#pipeline.variables).flatMap(([key, value]) =>
        this.#used.has(key) ? [[key, toJson(value)]] : [],
      ),
    );
  }

  #tellTop(): void {
    const { plots, metrics, params, artifacts, datasets } = this.#pipeline;
    const lists = { plots, metrics, params, datasets, artifacts: Object.keys(artifacts) };
    for (const [key, entries] of Object.entries(lists)) {
      if (entries.length > 0) this.#lose([key], `\`${key}\` at the top of dvc.yaml have no place in a JDF`);
    }
  }

  #tellUnsayable({ stage, outs, deps }: Placed, all: readonly Placed[]): void {
    const at = this.#at(stage);
    const { name } = stage;
    if (stage.alwaysChanged) this.#lose(at, `\`${name}\` always runs; a block runs when something changed`);
    else if (deps.length === 0 && outs.length === 0) {
      this.#lose(at, `\`${name}\` reads and writes nothing, and so always runs; a block runs when something changed`);
    }
    const meta = fieldsOf(stage.meta);
    if (stage.meta !== undefined && !(meta && Object.keys(meta).every((key) => key === 'jdf'))) {
      this.#lose(at, `\`meta\` of \`${name}\` has no place in a JDF`);
    }
    if (stage.frozen) {
      const users = all.filter(
        (other) =>
          !other.stage.frozen &&
          other.deps.some((dep) => outs.some(({ path }) => isWithin(dep, path) || isWithin(path, dep))),
      );
      if (users.length > 0) {
        const list = users.map((user) => `\`${user.stage.name}\``).join(', ');
        this.#lose(
          at,
          `\`${name}\` is frozen, and ${list} use what it made; an inactive block can feed no other`,
          true,
        );
      }
    }
    for (const { out } of outs) {
      const flags = [
        ...(out.persist ? ['persist'] : []),
        ...(out.push ? [] : ['push: false']),
        ...(out.remote === undefined ? [] : ['remote']),
        ...(!out.cache && out.metric === false ? ['cache: false'] : []),
        ...(typeof out.plot === 'object' ? ['how it is plotted'] : []),
        ...(out.labels === undefined ? [] : ['labels']),
        ...(out.meta === undefined ? [] : ['meta']),
      ];
      if (flags.length > 0) this.#lose(at, `the output ${out.path} of \`${name}\`: JDF cannot say ${flags.join(', ')}`);
    }
  }

  /** Where a stage stands in the file. */
  #at({ name, generatedFrom }: ResolvedStage): readonly string[] {
    return ['stages', generatedFrom ?? name];
  }

  #lose(path: readonly string[], message: string, isFatal?: true): void {
    const place = this.#places(path);
    if (this.#losses.some((loss) => loss.message === message)) return;
    this.#losses.push({ place, message, ...(isFatal ? { isFatal } : {}) });
  }
}

function headingOf({ meta, generatedFrom, name }: ResolvedStage): string {
  const heading = fieldsOf(fieldsOf(meta)?.jdf)?.stage;
  return typeof heading === 'string' && heading !== '' ? heading : (generatedFrom ?? name);
}

function outputOf(out: OutEntry, path: string): Json {
  const role =
    out.metric !== false
      ? 'metrics'
      : out.plot !== false
        ? 'plot'
        : out.type === 'model' || out.type === 'report'
          ? out.type
          : undefined;
  if (role === undefined && out.desc === undefined) return path;
  return {
    path,
    ...(role === undefined ? {} : { role }),
    ...(out.desc === undefined ? {} : { description: out.desc }),
  };
}
