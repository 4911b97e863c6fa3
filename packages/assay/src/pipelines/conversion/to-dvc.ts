import { posix } from 'node:path';
import {
  formatYaml,
  formatYamlDocument,
  parseYaml,
  parseYamlDocument,
  shellQuoted,
  type Value,
} from '../../dvc/index.ts';
import { yaml } from '../../lazy-yaml.ts';
import { toArgvs } from '../commands.ts';
import type { Json, Stage, StageGraph } from '../graph.ts';
import { parameterAt } from '../parameters.ts';
import type { BlockDocument, Commands, PipelineDocument } from '../schema.ts';
import type { Path, Source } from '../source.ts';
import { valueAt } from '../value.ts';
import { annotate, commentsByPart, type Part, rangeOf } from './comments.ts';
import type { Fields } from './fields.ts';
import { checkLosses, type Loss, lossComments } from './loss.ts';
import { toShellLine } from './shell-text.ts';

export interface Converted {
  readonly text: string;
  /** `params.yaml` beside it; undefined where there is nothing to put into one. */
  readonly parameters: string | undefined;
  readonly losses: readonly Loss[];
}

export interface DvcOptions {
  readonly lossy: boolean;
  /** The name of the shell that DVC starts commands with. */
  readonly shell: string;
}

/**
 * A JDF 2 pipeline as a `dvc.yaml` and a `params.yaml`: a stage for each block, with the same commands, data and parameters.
 * @throws PipelineError `ASSAY_PIPELINE_CONVERT` for what `dvc.yaml` cannot say
 */
export function toDvc(source: Source, document: PipelineDocument, graph: StageGraph, options: DvcOptions): Converted {
  return new DvcWriter(source, document, graph, options).write();
}

class DvcWriter {
  readonly #source: Source;
  readonly #document: PipelineDocument;
  readonly #graph: StageGraph;
  readonly #options: DvcOptions;
  readonly #losses: Loss[] = [];
  readonly #remarks = new Map<string, string[]>();
  readonly #values: Value;

  constructor(source: Source, document: PipelineDocument, graph: StageGraph, options: DvcOptions) {
    this.#source = source;
    this.#document = document;
    this.#graph = graph;
    this.#options = options;
    this.#values = parseYaml(this.#parameterText() ?? '', 'params.yaml') ?? {};
  }

  write(): Converted {
    const stages: Record<string, Value> = {};
    this.#checkRole(this.#document.access_role, ['access_role']);
    for (const [i, group] of this.#document.stages.entries()) {
      this.#checkRole(group.access_role, ['stages', i, 'access_role']);
      for (const [j, block] of group.blocks.entries()) {
        const stage = this.#graph.stages.find(({ id }) => id === block.name)!;
        const path = ['stages', i, 'blocks', j];
        if (stage.status === 'inactive') {
          this.#lose(path, `the block \`${block.name}\` is inactive, and DVC has no stage that does not run`);
        } else stages[block.name] = this.#stage(stage, block, group.name, path);
      }
    }
    const { file, text } = this.#source;
    checkLosses(file, text, this.#losses, this.#options.lossy);
    const artifacts = this.#artifacts();
    const plain = formatYaml({ stages, ...(Object.keys(artifacts).length > 0 ? { artifacts } : {}) });
    return { text: this.#annotated(plain), parameters: this.#parameterText(), losses: this.#losses };
  }

  #stage(stage: Stage, block: BlockDocument, group: string, path: Path): Fields {
    const { name } = block;
    this.#tellUnsayable(stage, block, path);
    const commands = [...this.#folders(stage), ...this.#commands(stage, block, path)];
    const used = Object.keys(stage.parameters).sort();
    const isParameterFile = (one: string) => one === 'params.yaml' && used.length > 0;
    const files = [...stage.code, ...stage.environment.lockfiles].filter((one) => !isParameterFile(one));
    const deps = [...stage.inputs.map((input) => input.path), ...this.#after(block, stage, path), ...files];
    const fields: Record<string, Value> = { cmd: commands.length === 1 ? commands[0]! : commands };
    if (block.description !== undefined) fields.desc = block.description;
    if (deps.length > 0) fields.deps = [...new Set(deps)];
    if (used.length > 0) fields.params = used;
    Object.assign(fields, this.#outputs(stage, block));
    if (group.toLowerCase() !== name.toLowerCase()) fields.meta = { jdf: { stage: group } };
    for (const [fact, value] of Object.entries({ version: block.version, origin: block.origin })) {
      if (value !== undefined) this.#remark(name, `${fact} ${value}`);
    }
    return fields;
  }

  /** DVC does not make the folders of outputs. */
  #folders({ outputs }: Stage): readonly string[] {
    const folders = [...new Set(outputs.map((output) => posix.dirname(output.path)))]
      .filter((one) => one !== '.')
      .sort();
    return folders.length === 0 ? [] : [`mkdir -p ${folders.map(shellQuoted).join(' ')}`];
  }

  #commands(stage: Stage, block: BlockDocument, path: Path): readonly string[] {
    const models = (this.#document.entities ?? []).filter(
      (entity) => entity.type === 'Model' && block.entities?.includes(entity.name) === true,
    );
    const run =
      block.run === undefined ? models.flatMap((one) => ('run' in one && one.run ? [one.run] : [])) : [block.run];
    const all: readonly (Commands | undefined)[] = [block.hooks?.pre, ...run, block.hooks?.post];
    const { variables, path: folders } = stage.environment;
    const settings = Object.entries(variables).map(([key, value]) => `${key}=${shellQuoted(value)}`);
    if (folders.length > 0) settings.push(`PATH="${folders.map(inFolder).join(':')}:$PATH"`);
    const before = settings.length === 0 ? '' : `export ${settings.join(' ')}; `;
    return all.flatMap((commands) => {
      const split = commands === undefined ? undefined : toArgvs(commands);
      if (!split || !('argvs' in split)) return [];
      return split.argvs.map((argv) => before + toShellLine(argv, this.#words(stage, path), this.#options.shell));
    });
  }

  #words(stage: Stage, path: Path) {
    return {
      portPath: (side: 'inputs' | 'outputs', port: string) => stage[side].find((one) => one.port === port)?.path ?? '',
      parameter: (name: string) => {
        const json = parameterAt(this.#graph.parameters, name);
        const value = dvcValueAt(this.#values, name.split('.'));
        return json === undefined || value === undefined ? undefined : { json, value };
      },
      onLoss: (message: string, isFatal?: true) => this.#lose([...path, 'run'], message, isFatal),
    };
  }

  #outputs(stage: Stage, block: BlockDocument): Fields {
    const lists: Record<'outs' | 'metrics' | 'plots', Value[]> = { outs: [], metrics: [], plots: [] };
    for (const { port, path, role } of stage.outputs) {
      const given = block.outputs?.[port];
      const flags: Record<string, Value> = {};
      if (role === 'metrics') flags.cache = false;
      if (typeof given === 'object' && given.description !== undefined) flags.desc = given.description;
      if (role === 'model' || role === 'report') flags.type = role;
      const list = role === 'metrics' ? lists.metrics : role === 'plot' ? lists.plots : lists.outs;
      list.push(Object.keys(flags).length > 0 ? { [path]: flags } : path);
    }
    return Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0));
  }

  /** A block that is only waited for becomes a dependency on something it makes. */
  #after(block: BlockDocument, stage: Stage, path: Path): readonly string[] {
    return (block.after ?? []).flatMap((id, i) => {
      if (stage.inputs.some(({ from }) => from?.stage === id)) return [];
      const [output] = this.#graph.stages.find((one) => one.id === id)?.outputs ?? [];
      const at = [...path, 'after', i];
      if (output === undefined) {
        this.#lose(at, `\`${block.name}\` waits for \`${id}\`, which makes nothing that a stage could depend on`, true);
        return [];
      }
      this.#lose(
        at,
        `\`${block.name}\` only waits for \`${id}\`; a stage depends on ${output.path} instead, and runs again with it`,
      );
      return [output.path];
    });
  }

  #tellUnsayable(stage: Stage, block: BlockDocument, path: Path): void {
    const { name } = block;
    this.#checkRole(block.access_role, [...path, 'access_role']);
    if (block.logic !== undefined) {
      this.#lose([...path, 'logic'], `\`${name}\` runs only on a condition; a stage of DVC always does`);
    }
    if (block.duration !== undefined) {
      this.#lose([...path, 'duration'], `\`${name}\` is ended after ${block.duration}; a stage of DVC has no limit`);
    }
    if (block.hooks?.callback !== undefined) {
      this.#lose(
        [...path, 'hooks', 'callback'],
        `\`${name}\` has a callback, however it ends; a stage of DVC has none`,
      );
    }
    const readsFile = stage.code.includes('params.yaml') || stage.inputs.some((one) => one.path === 'params.yaml');
    if (block.parameters !== undefined && !readsFile) {
      this.#lose(
        [...path, 'parameters'],
        `\`${name}\` is given parameters in ASSAY_PARAMETERS; DVC has them in params.yaml only`,
      );
    }
    if (stage.environment.kind === 'unavailable' && !this.#isRoleOnly(stage)) {
      this.#lose(path, stage.environment.reason ?? `\`${name}\` cannot run on this machine`, true);
    }
    for (const [port, input] of Object.entries(block.inputs ?? {})) {
      if (typeof input === 'object' && input?.description !== undefined)
        this.#remark(name, `${port}: ${input.description}`);
    }
  }

  #isRoleOnly(stage: Stage): boolean {
    const entity = (this.#document.entities ?? []).find((one) => one.name === stage.environment.name);
    return (
      (entity === undefined || (entity.type === 'Environment' && entity.executor === 'process')) &&
      stage.commands.length > 0
    );
  }

  #checkRole(role: string | undefined, path: Path): void {
    if (role !== undefined && role !== 'public')
      this.#lose(path, `the access role \`${role}\` has no place in a dvc.yaml`);
  }

  /** Data and models that are named. */
  #artifacts(): Fields {
    const named = (this.#document.entities ?? []).flatMap((entity): [string, Value][] => {
      if (entity.type === 'Environment' || entity.path === undefined) return [];
      if (!/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(entity.name)) return [];
      const { path, description: desc, version, origin } = entity;
      const meta = { ...(version === undefined ? {} : { version }), ...(origin === undefined ? {} : { origin }) };
      return [
        [
          entity.name,
          {
            path,
            type: entity.type.toLowerCase(),
            ...(desc === undefined ? {} : { desc }),
            ...(Object.keys(meta).length > 0 ? { meta } : {}),
          },
        ],
      ];
    });
    return Object.fromEntries(named);
  }

  /** The parameters with the comments they have in the file. */
  #parameterText(): string | undefined {
    const { parameters } = this.#document;
    if (parameters === undefined || Object.keys(parameters).length === 0) return undefined;
    const { Document, isMap, isNode } = yaml();
    const parsed = yaml().parseDocument(this.#source.text);
    const node = isMap(parsed.contents) ? parsed.contents.get('parameters', true) : undefined;
    const aliased = JSON.stringify(parsed.contents ?? null) === 'null' || /[&*]/.test(this.#source.text);
    const document = new Document(isNode(node) && isMap(node) && !aliased ? node.clone() : parameters);
    return formatYamlDocument(document as never);
  }

  #annotated(text: string): string {
    const document = parseYamlDocument(text, 'dvc.yaml');
    const { head, tail, parts } = commentsByPart(this.#source.text, this.#parts());
    const { name, version, description } = this.#document;
    const title = `${name} ${version}${description === undefined ? '' : `: ${description.trim().replaceAll('\n', ' ')}`}`;
    document.commentBefore = [head, head.includes(title) ? '' : ` ${title}`, ...lossComments(this.#losses)]
      .filter((one) => one !== '')
      .join('\n');
    const comments = new Map<string, string>();
    for (const key of new Set([...parts.keys(), ...this.#remarks.keys()])) {
      const lines = [parts.get(key), ...(this.#remarks.get(key) ?? []).map((one) => ` ${one}`)];
      comments.set(key, lines.filter((one) => one !== undefined).join('\n'));
    }
    annotate(document.get('stages'), comments);
    if (tail !== '') document.comment = tail;
    return formatYamlDocument(document);
  }

  /** Where blocks and parameters stand, for their comments; those of parameters go with them. */
  #parts(): readonly Part[] {
    const { isMap } = yaml();
    const parsed = yaml().parseDocument(this.#source.text);
    const parts: Part[] = [];
    const add = (name: string, node: unknown) => {
      const range = rangeOf(node);
      if (range) parts.push({ name, start: range[0], end: range[1] });
    };
    if (isMap(parsed.contents)) add(' parameters', parsed.contents.get('parameters', true));
    for (const [i, group] of this.#document.stages.entries()) {
      for (const [j, block] of group.blocks.entries()) add(block.name, parsed.getIn(['stages', i, 'blocks', j], true));
    }
    return parts;
  }

  #lose(path: Path, message: string, isFatal?: true): void {
    this.#losses.push({ place: this.#source.locate(path), message, ...(isFatal ? { isFatal } : {}) });
  }

  #remark(name: string, text: string): void {
    this.#remarks.set(name, [...(this.#remarks.get(name) ?? []), text.replaceAll('\n', ' ')]);
  }
}

function inFolder(folder: string): string {
  return posix.isAbsolute(folder) ? folder : `$PWD/${folder}`;
}

function dvcValueAt(value: Value, steps: readonly string[]): Value | undefined {
  return valueAt(value as Json, steps) as Value | undefined;
}
