import { posix } from 'node:path';
import { AssayError } from '../errors.ts';
import type { DepEntry, OutEntry } from './entries.ts';
import { toOut } from './entry-format.ts';
import type { FileTree } from './file-tree.ts';
import { parseParams } from './params-file.ts';
import { shapeProblem } from './pipeline-shape.ts';
import type { ParamDependency } from './stage.ts';
import { type CommandStyle, type Fields, hasTemplate, TemplateContext, toText } from './template.ts';
import { decodeText } from './text.ts';
import type { Value } from './value.ts';
import { parseYaml } from './yaml.ts';

/** A stage of a `dvc.yaml` with its templates put in; nothing of its lock. */
export interface ResolvedStage {
  readonly name: string;
  /** The name in the file, of which a loop made this one. */
  readonly generatedFrom: string | undefined;
  readonly cmd: string | readonly string[];
  /** As written: relative to the file's folder. */
  readonly wdir: string | undefined;
  readonly deps: readonly DepEntry[];
  readonly outs: readonly OutEntry[];
  readonly params: readonly ParamDependency[];
  readonly frozen: boolean;
  readonly alwaysChanged: boolean;
  readonly desc: string | undefined;
  readonly meta: Value | undefined;
}

/** A `dvc.yaml`. */
export interface ResolvedPipeline {
  /** Relative to the repository's root. */
  readonly file: string;
  readonly stages: ReadonlyMap<string, ResolvedStage>;
  /** What templates of all stages may name: `params.yaml` and `vars` of the top. */
  readonly variables: Fields;
  /** Files of parameters and metrics, and plots, that stand at the top. */
  readonly params: readonly string[];
  readonly metrics: readonly string[];
  readonly plots: readonly Value[];
  readonly artifacts: Fields;
  readonly datasets: readonly Value[];
}

const topKeys = ['vars', 'stages', 'params', 'metrics', 'plots', 'artifacts', 'datasets'];
const stageKeys = [
  'cmd',
  'wdir',
  'deps',
  'params',
  'vars',
  'outs',
  'metrics',
  'plots',
  'frozen',
  'always_changed',
  'desc',
  'meta',
  'matrix',
];
const outKeys = ['cache', 'persist', 'checkpoint', 'remote', 'push', 'desc', 'type', 'labels', 'meta'];
const plotKeys = [...outKeys, 'template', 'x', 'y', 'x_label', 'y_label', 'title', 'header'];

/**
 * Reads a `dvc.yaml`: variables, loops and templates resolved as DVC resolves them.
 * @param path relative to the tree's root
 * @throws AssayError `ASSAY_DVC_PIPELINE`, `ASSAY_DVC_TEMPLATE`, `ASSAY_DVC_YAML`, `ASSAY_DVC_PARAMS`
 */
export async function resolvePipeline(
  tree: FileTree,
  path: string,
  style: CommandStyle = { bool: 'store_true', list: 'nargs' },
): Promise<ResolvedPipeline> {
  const bytes = await tree.read(path);
  if (!bytes) throw new AssayError('ASSAY_DVC_PIPELINE', `${path} is not there`);
  return new PipelineReader(tree, path, style).read(parseYaml(decodeText(bytes, path), path));
}

class PipelineReader {
  readonly #tree: FileTree;
  readonly #file: string;
  readonly #folder: string;
  readonly #style: CommandStyle;

  constructor(tree: FileTree, file: string, style: CommandStyle) {
    this.#tree = tree;
    this.#file = file;
    this.#folder = posix.dirname(file);
    this.#style = style;
  }

  async read(value: Value): Promise<ResolvedPipeline> {
    // An empty list, map or text, zero and `false` are files that say nothing, to DVC.
    const says = value && !(Array.isArray(value) && value.length === 0);
    const top = this.#fields(says ? value : {}, this.#file);
    this.#known(top, topKeys, this.#file);
    const problem = shapeProblem(top);
    if (problem) this.#fail(`${this.#file}: ${problem.path}`, problem.message);
    const context = new TemplateContext();
    await this.#loadVars(context, top.vars, this.#folder, `${this.#file}: vars`, true);
    const stages = new Map<string, ResolvedStage>();
    for (const [name, definition] of Object.entries(this.#fields(top.stages ?? {}, `${this.#file}: stages`))) {
      for await (const stage of this.#expand(context, name, definition)) stages.set(stage.name, stage);
    }
    const resolved = (key: string) => {
      const place = `${this.#file}: ${key}`;
      return this.#list(top[key], place).map((one) => context.resolve(one, place, undefined, this.#style));
    };
    const artifacts = context.resolve(top.artifacts ?? {}, `${this.#file}: artifacts`, undefined, this.#style);
    return {
      file: this.#file,
      stages,
      variables: context.values,
      params: resolved('params').map(String),
      metrics: resolved('metrics').map(String),
      plots: resolved('plots'),
      artifacts: this.#fields(artifacts, `${this.#file}: artifacts`),
      datasets: resolved('datasets'),
    };
  }

  /** One stage, or those that a loop makes. */
  async *#expand(context: TemplateContext, name: string, value: Value): AsyncGenerator<ResolvedStage> {
    const place = `${this.#file}: stages.${name}`;
    // The name of one that a loop makes.
    if (name === '' || name.includes('@')) this.#fail(place, 'a stage has a name, and no `@` in it');
    const definition = this.#fields(value, place);
    if ('foreach' in definition || 'do' in definition) {
      this.#known(definition, ['foreach', 'do'], place);
      if (!('foreach' in definition && 'do' in definition)) this.#fail(place, '`foreach` and `do` belong together');
      const items = context.resolve(definition.foreach!, `${place}.foreach`, undefined, this.#style);
      const template = this.#fields(definition.do!, `${place}.do`);
      for (const [key, loop] of this.#foreach(items, place)) {
        yield await this.#stage(context.with(loop), `${name}@${key}`, template, name);
      }
      return;
    }
    if ('matrix' in definition) {
      const { matrix, ...template } = definition;
      const axes = this.#fields(context.resolve(matrix!, `${place}.matrix`, undefined, this.#style), `${place}.matrix`);
      for (const [key, item] of this.#combinations(axes, place)) {
        yield await this.#stage(context.with({ key, item }), `${name}@${key}`, template, name);
      }
      return;
    }
    yield await this.#stage(context, name, definition, undefined);
  }

  *#foreach(items: Value, place: string): Generator<readonly [string, Fields]> {
    if (typeof items !== 'object' || items === null) this.#fail(`${place}.foreach`, 'it is neither a list nor a map');
    if (!Array.isArray(items)) {
      for (const [key, item] of Object.entries(items as Fields)) yield [toText(key), { key, item }];
      return;
    }
    const composite = items.some((one: Value) => typeof one === 'object' && one !== null);
    // Equal items are one stage.
    const seen = new Map<string, Fields>();
    for (const [i, item] of items.entries()) seen.set(composite ? String(i) : toText(item), { item });
    yield* seen;
  }

  *#combinations(axes: Fields, place: string): Generator<readonly [string, Fields]> {
    let count = 1;
    const lists = Object.entries(axes).map(([axis, values]) => {
      const list = this.#list(values, `${place}.matrix.${axis}`);
      count *= list.length;
      return [axis, list] as const;
    });
    if (count > 100_000) this.#fail(`${place}.matrix`, `it has ${count} combinations`);
    for (let n = 0; n < count; n++) {
      let rest = n;
      const item: Record<string, Value> = {};
      const words: string[] = [];
      for (const [axis, list] of [...lists].reverse()) {
        const at = rest % list.length;
        rest = Math.floor(rest / list.length);
        const value = list[at]!;
        item[axis] = value;
        words.unshift(typeof value === 'object' && value !== null ? `${axis}${at}` : toText(value));
      }
      yield [words.join('-'), Object.fromEntries(Object.keys(axes).map((axis) => [axis, item[axis]!]))];
    }
  }

  async #stage(
    outer: TemplateContext,
    name: string,
    definition: Fields,
    generatedFrom: string | undefined,
  ): Promise<ResolvedStage> {
    const place = `${this.#file}: stages.${name}`;
    this.#known(definition, stageKeys, place);
    let context = outer;
    if (definition.vars !== undefined) {
      context = outer.clone();
      const wdir = definition.wdir === undefined ? '.' : outer.resolve(definition.wdir, place, 'wdir', this.#style);
      await this.#loadVars(context, definition.vars, posix.join(this.#folder, String(wdir)), `${place}.vars`, false);
    }
    const { vars: _vars, ...rest } = definition;
    const fields: Record<string, Value> = {};
    for (const [key, value] of Object.entries(rest)) {
      fields[key] = context.resolve(value, `${place}.${key}`, key, this.#style);
    }
    const text = (key: string) => {
      const value = fields[key];
      if (value === undefined || value === null) return undefined;
      return typeof value === 'object' ? this.#fail(`${place}.${key}`, 'it is no text') : toText(value);
    };
    return {
      name,
      generatedFrom,
      cmd: this.#command(fields.cmd, place),
      wdir: text('wdir'),
      deps: this.#list(fields.deps, `${place}.deps`).map((one) => this.#dep(one, `${place}.deps`)),
      outs: [
        ...this.#outs(fields.outs, `${place}.outs`, undefined),
        ...this.#outs(fields.metrics, `${place}.metrics`, 'metric'),
        ...this.#outs(fields.plots, `${place}.plots`, 'plot'),
      ],
      params: this.#params(fields.params, `${place}.params`),
      frozen: fields.frozen === true,
      alwaysChanged: fields.always_changed === true,
      desc: text('desc'),
      meta: fields.meta,
    };
  }

  #command(value: Value | undefined, place: string): string | readonly string[] {
    if (Array.isArray(value)) {
      return value.map((one: Value) =>
        typeof one === 'object' && one !== null ? this.#fail(`${place}.cmd`, 'its commands are texts') : toText(one),
      );
    }
    if (value === undefined || value === null || typeof value === 'object') {
      return this.#fail(place, 'it has no `cmd`, a text or a list of texts');
    }
    return toText(value);
  }

  #dep(value: Value, place: string): DepEntry {
    if (typeof value !== 'string' || value === '' || value.includes('\0')) this.#fail(place, 'a dependency is a path');
    return { path: value as string, checksum: undefined };
  }

  #outs(value: Value | undefined, place: string, role: 'metric' | 'plot' | undefined): readonly OutEntry[] {
    return this.#list(value, place).map((one) => {
      const [path, flags] = typeof one === 'string' ? [one, {}] : this.#single(one, place);
      const list = Array.isArray(flags) ? flags : [flags];
      const merged = Object.assign({}, ...list.map((each: Value) => this.#fields(each ?? {}, `${place}.${path}`)));
      this.#known(merged, role === 'plot' ? plotKeys : outKeys, `${place}.${path}`);
      const own = Object.fromEntries(
        Object.entries(merged).filter(([key]) => outKeys.includes(key) && key !== 'checkpoint'),
      );
      const drawn = Object.fromEntries(Object.entries(merged).filter(([key]) => !outKeys.includes(key)));
      const out = toOut({ ...own, path } as Fields, `${place}.${path}`);
      if (role === 'metric') return { ...out, metric: true };
      if (role === 'plot') return { ...out, plot: Object.keys(drawn).length > 0 ? (drawn as Fields) : true };
      return out;
    });
  }

  #params(value: Value | undefined, place: string): readonly ParamDependency[] {
    const byFile = new Map<string, string[]>();
    const whole = new Set<string>();
    const add = (file: string, keys: readonly string[]) => {
      const known = byFile.get(file) ?? [];
      byFile.set(file, [...known, ...keys.filter((key) => !known.includes(key))]);
    };
    for (const one of this.#list(value, place)) {
      if (typeof one !== 'object' || one === null) add('params.yaml', [toText(one)]);
      else {
        for (const [file, keys] of Object.entries(this.#fields(one, place))) {
          const list = this.#list(keys, `${place}.${file}`).map((key) => toText(key));
          if (list.length === 0) whole.add(file);
          add(file, list);
        }
      }
    }
    return [...byFile].map(([file, keys]) => ({ file, keys: whole.has(file) ? [] : keys }));
  }

  async #loadVars(
    context: TemplateContext,
    vars: Value | undefined,
    folder: string,
    place: string,
    withDefault: boolean,
  ): Promise<void> {
    if (hasTemplate(vars ?? null)) this.#fail(place, 'templates may not stand here');
    const standard = posix.join(folder, 'params.yaml');
    if (withDefault && (await this.#tree.read(standard))) await this.#loadFile(context, standard, undefined, place);
    for (const [i, one] of this.#list(vars, place).entries()) {
      if (typeof one === 'object' && one !== null) context.merge(this.#fields(one, place), `${place}[${i}]`);
      else {
        const [path = '', keys] = toText(one).split(/:(.*)/s);
        const names = keys?.split(',').filter((key) => key !== '');
        await this.#loadFile(context, posix.join(folder, path), names?.length ? names : undefined, place);
      }
    }
  }

  async #loadFile(
    context: TemplateContext,
    path: string,
    keys: readonly string[] | undefined,
    place: string,
  ): Promise<void> {
    if (context.isLoaded(path, keys, place)) return;
    if (path.startsWith('../') || posix.isAbsolute(path)) this.#fail(place, `${path} lies outside of the repository`);
    const bytes = await this.#tree.read(path);
    if (!bytes) this.#fail(place, `${path} is not there`);
    const values = this.#fields((await parseParams(bytes!, path)) ?? {}, path);
    const lacking = keys?.find((key) => !Object.hasOwn(values, key));
    if (lacking !== undefined) this.#fail(place, `${path} has no \`${lacking}\``);
    context.merge(keys ? Object.fromEntries(keys.map((key) => [key, values[key]!])) : values, `${place}: ${path}`);
    context.loaded(path, keys);
  }

  #single(value: Value, place: string): readonly [string, Value] {
    const entries = Object.entries(this.#fields(value, place));
    if (entries.length !== 1) this.#fail(place, 'an entry is a path, or one path with its flags');
    return entries[0]!;
  }

  #fields(value: Value, place: string): Fields {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) this.#fail(place, 'it is no map');
    return value as Fields;
  }

  #list(value: Value | undefined, place: string): readonly Value[] {
    if (value === undefined || value === null) return [];
    return Array.isArray(value) ? value : this.#fail(place, 'it is no list');
  }

  #known(fields: Fields, keys: readonly string[], place: string): void {
    const unknown = Object.keys(fields).find((key) => !keys.includes(key));
    if (unknown !== undefined) this.#fail(place, `\`${unknown}\` is not known here; there may be ${keys.join(', ')}`);
  }

  #fail(place: string, message: string): never {
    throw new AssayError('ASSAY_DVC_PIPELINE', `${place}: ${message}`, { hint: 'Correct the file.' });
  }
}
