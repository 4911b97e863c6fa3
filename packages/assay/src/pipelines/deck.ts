import { z } from 'zod';
import { formatDuration } from './duration.ts';
import type { Json } from './graph.ts';
import type { Problem } from './problems.ts';
import { checkShape } from './shape.ts';
import type { Path, Source } from './source.ts';

/**
 * The JDF of 2019, as QuSandbox printed it: `stages` is a list of lists of blocks; each block holds its entities whole;
 * each level has `_id`, `status`, `access_role`. It becomes a JDF 2 document in which each stage waits for the one before.
 */

const id = z.looseObject({
  version: z.union([z.number(), z.string()], { error: 'a version: a number, or "M:m:p"' }).optional(),
  id: z.union([z.number(), z.string()], { error: 'a number or a text' }).optional(),
});

const hook = z.union([z.string(), z.null(), z.array(z.string())], { error: 'a command line, or a list of them' });

const config = z.strictObject({
  pre_execution: hook.optional(),
  post_execution: hook.optional(),
  callback: hook.optional(),
  parameters: z
    .array(z.strictObject({ name: z.string().min(1), value: z.json() }), {
      error: 'a list of `{"name": …, "value": …}`',
    })
    .optional(),
});

const common = {
  _id: id.optional(),
  status: z.enum(['active', 'inactive'], { error: '`active` or `inactive`' }).optional(),
  access_role: z.string().optional(),
  description: z.string().optional(),
};

const commandLine = z.union([z.string(), z.null()], { error: 'a command line' });

const environmentType = z.looseObject({
  name: z.literal('Environment'),
  src: z.string().optional(),
  os: z.string().optional(),
  size: z.string().optional(),
  username: z.string().optional(),
  start_from: z.string().optional(),
  docker_hub_url: z.string().optional(),
  duration: z.number().nonnegative({ error: 'hours, 0 or more' }).optional(),
  config: config.optional(),
  run_command: commandLine.optional(),
});

const modelType = z.looseObject({
  name: z.literal('Model'),
  src: z.string().optional(),
  src_type: z.string().optional(),
  config: config.optional(),
  run_command: commandLine.optional(),
});

const dataType = z.looseObject({ name: z.literal('Data'), src: z.string().min(1), src_type: z.string().optional() });

const entity = z.looseObject({
  ...common,
  name: z.string().min(1),
  type: z.discriminatedUnion('name', [environmentType, modelType, dataType], {
    error: 'a type with `"name": "Environment"`, `"Model"` or `"Data"`',
  }),
});

const block = z.looseObject({
  ...common,
  name: z.string().min(1),
  entities: z.array(entity),
  input_number: z.number().int().nonnegative().optional(),
  output_number: z.number().int().nonnegative().optional(),
});

const deckSchema = z.looseObject({
  ...common,
  name: z.string().min(1),
  connections: z.array(z.json()).max(0, { error: 'an empty list (its ports have no names to tie)' }).optional(),
  stages: z
    .array(z.array(block, { error: 'a list of blocks: `stages` is a list of stages, each a list of blocks' }).min(1))
    .min(1),
});

type Deck = z.infer<typeof deckSchema>;
type DeckBlock = z.infer<typeof block>;
type DeckEntity = z.infer<typeof entity>;
type DeckConfig = z.infer<typeof config>;

/** It has `_id`, or lists in `stages`, and does not say `jdf: 2`. */
export function looksLikeDeck(value: Json): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  if ('jdf' in value || !('stages' in value) || !Array.isArray(value.stages)) return false;
  return '_id' in value || value.stages.some((stage) => Array.isArray(stage));
}

/** A JDF 2 document as JSON, with places in the file it came from; or what is wrong with that. */
export function convertDeck(source: Source): { readonly source: Source } | { readonly problems: readonly Problem[] } {
  const checked = checkShape(deckSchema, source);
  if ('problems' in checked) return { problems: checked.problems };
  return { source: new Conversion(checked.value).source(source) };
}

class Conversion {
  readonly #deck: Deck;
  /** Which part of the deck's file a part of the document was made from. */
  readonly #origins: { readonly to: Path; readonly from: Path }[] = [];
  readonly #blockNames = new Set<string>();
  readonly #entityNames = new Set<string>();
  /** The name of each entity, by what stands in the file. */
  readonly #entities = new Map<string, string>();
  readonly #entityDocuments: Json[] = [];
  readonly #parameters: Record<string, Json> = {};

  constructor(deck: Deck) {
    this.#deck = deck;
  }

  source(original: Source): Source {
    const value = this.#pipeline();
    const origins = this.#origins.toSorted((a, b) => b.to.length - a.to.length);
    return {
      file: original.file,
      text: original.text,
      value,
      locate: (path, of) => {
        const origin = origins.find(({ to }) => to.every((step, i) => path[i] === step));
        return original.locate(origin ? [...origin.from, ...path.slice(origin.to.length)] : path, of);
      },
    };
  }

  #pipeline(): Json {
    let before: string[] = [];
    const stages = this.#deck.stages.map((blocks, i) => {
      const converted = blocks.map((one, j) => this.#block(one, before, ['stages', i, 'blocks', j], ['stages', i, j]));
      before = converted.map(({ name }) => name);
      return { name: `Stage ${i + 1}`, blocks: converted };
    });
    return {
      jdf: 2,
      name: uniqueName(this.#deck.name, new Set()),
      version: versionOf(this.#deck._id),
      ...facts(this.#deck, 'pipeline'),
      ...(Object.keys(this.#parameters).length > 0 ? { parameters: this.#parameters } : {}),
      ...(this.#entityDocuments.length > 0 ? { entities: this.#entityDocuments } : {}),
      stages,
    };
  }

  #block(given: DeckBlock, after: readonly string[], to: Path, from: Path) {
    this.#origins.push({ to, from });
    const name = uniqueName(given.name, this.#blockNames);
    const entities = given.entities.map((one, i) => ({
      type: one.type,
      name: this.#entity(one, [...from, 'entities', i]),
      from: [...from, 'entities', i, 'type'],
    }));
    const own = entities.filter(({ type }) => type.name !== 'Data');
    const data = entities.filter(({ type }) => type.name === 'Data');
    const environment = entities.find(({ type }) => type.name === 'Environment');
    const started = environment?.type.name === 'Environment' ? environment.type : undefined;
    const commands = own
      .map(({ type }) => ('run_command' in type ? (type.run_command ?? '') : ''))
      .filter((line) => typeof line === 'string' && line.trim() !== '');
    const first = own.find(({ type }) => 'run_command' in type && type.run_command);
    if (first) this.#origins.push({ to: [...to, 'run'], from: [...first.from, 'run_command'] });
    const configs = own.map(({ type }) => ('config' in type ? (type.config as DeckConfig | undefined) : undefined));
    const hooks = hooksOf(configs);
    const parameters = this.#parametersOf(name, configs);
    return {
      name,
      version: versionOf(given._id),
      ...facts(given, 'block'),
      ...(own.length > 0 ? { entities: own.map((one) => one.name) } : {}),
      ...(data.length > 0 ? { inputs: Object.fromEntries(data.map((one) => [one.name, { entity: one.name }])) } : {}),
      ...(commands.length > 0 ? { run: commands.join('\n') } : {}),
      ...(parameters.length > 0 ? { parameters } : {}),
      ...(after.length > 0 ? { after: [...after] } : {}),
      ...(Object.keys(hooks).length > 0 ? { hooks } : {}),
      ...(started?.duration ? { duration: formatDuration(Math.max(1, Math.round(started.duration * 3600))) } : {}),
    };
  }

  /** An entity is written out in each block that uses it; the same one twice is one entity. */
  #entity(given: DeckEntity, from: Path): string {
    const json = JSON.stringify(given);
    const known = this.#entities.get(json);
    if (known !== undefined) return known;
    const name = uniqueName(given.name, this.#entityNames);
    this.#entities.set(json, name);
    this.#origins.push({ to: ['entities', this.#entityDocuments.length], from });
    this.#entityDocuments.push({ name, version: versionOf(given._id), ...facts(given, 'entity'), ...kindOf(given) });
    return name;
  }

  #parametersOf(block: string, configs: readonly (DeckConfig | undefined)[]): string[] {
    const values = configs.flatMap((one) => one?.parameters ?? []);
    if (values.length === 0) return [];
    this.#parameters[block] = Object.fromEntries(values.map(({ name, value }) => [name, value]));
    return values.map(({ name }) => `${block}.${name}`);
  }
}

/** Names of JDF 2 have no spaces, and are unique among their kind. */
function uniqueName(given: string, taken: Set<string>): string {
  const plain = given.replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^[^A-Za-z0-9]+|-+$/g, '');
  const base = plain.slice(0, 90) || 'unnamed';
  let name = base;
  for (let n = 2; taken.has(name); n++) name = `${base}-${n}`;
  taken.add(name);
  return name;
}

function facts(given: Pick<Deck, '_id' | 'status' | 'access_role' | 'description'>, what: string) {
  return {
    ...(given.description ? { description: given.description } : {}),
    ...(given.status ? { status: given.status } : {}),
    ...(given.access_role ? { access_role: given.access_role } : {}),
    ...(given._id?.id === undefined ? {} : { origin: `${what} ${given._id.id}` }),
  };
}

/** A plain number n is n:0:0. */
function versionOf(given: Deck['_id']): string {
  const text = String(given?.version ?? 1);
  return /^\d+:\d+:\d+$/.test(text) ? text : `${Math.max(0, Math.trunc(Number(text) || 0))}:0:0`;
}

function kindOf({ type }: DeckEntity): Record<string, Json> {
  switch (type.name) {
    case 'Data':
      return { type: 'Data', path: type.src };
    case 'Model':
      return { type: 'Model', ...(type.src ? { source: [type.src_type, type.src].filter(Boolean).join(':') } : {}) };
    case 'Environment': {
      const machine = { provider: type.src, size: type.size, os: type.os, user: type.username };
      const known = Object.fromEntries(
        Object.entries(machine).filter((entry): entry is [string, string] => Boolean(entry[1])),
      );
      return {
        type: 'Environment',
        executor: type.docker_hub_url ? 'container' : 'machine',
        ...(type.docker_hub_url ? { image: type.docker_hub_url } : {}),
        ...(Object.keys(known).length > 0 ? { machine: known } : {}),
      };
    }
  }
}

function hooksOf(configs: readonly (DeckConfig | undefined)[]): Record<string, Json> {
  const lines = (key: 'pre_execution' | 'post_execution' | 'callback') =>
    configs
      .flatMap((one) => one?.[key] ?? [])
      .filter((line) => line.trim() !== '')
      .join('\n');
  const hooks = { pre: lines('pre_execution'), post: lines('post_execution'), callback: lines('callback') };
  return Object.fromEntries(Object.entries(hooks).filter(([, text]) => text !== ''));
}
