import { dirname } from 'node:path';
import { conditionOf } from './conditions.ts';
import { type Block, type Draft, type Entity, type ReadOptions, tell } from './draft.ts';
import type { Json, Stage, StageGraph } from './graph.ts';
import { orderByNeeds, upstreamOf } from './order.ts';
import { checkPaths } from './overlaps.ts';
import { override } from './parameters.ts';
import { wire } from './ports.ts';
import { PipelineError, Problems } from './problems.ts';
import type { ModelDocument, PipelineDocument } from './schema.ts';
import type { Path, Source } from './source.ts';
import { stageOf } from './stage.ts';

/**
 * Turns a JDF 2 document, whose shape is right, into the graph.
 *
 * @throws PipelineError with every mistake found
 */
export function compile(source: Source, document: PipelineDocument, value: Json, options: ReadOptions): StageGraph {
  const directory = dirname(source.file);
  const problems = new Problems();
  const parameters = override(document.parameters ?? {}, options.overrides ?? {});
  const draft: Draft = {
    source,
    document,
    directory,
    root: options.root ?? directory,
    options,
    parameters,
    problems,
    blocks: collectBlocks(source, document, problems),
    entities: collectEntities(source, document, options, problems),
  };
  checkKeys(draft, document.parameters ?? {}, ['parameters']);
  checkSupplies(draft);
  const ports = wire(draft);
  const needs = needsOf(draft);
  const order = orderByNeeds([...draft.blocks.keys()], needs);
  if ('cycle' in order) tellCycle(draft, order.cycle);
  const stages = [...draft.blocks.values()].map((block) => {
    const upstream = upstreamOf(block.id, needs);
    return stageOf(draft, block, ports.get(block.id) ?? { inputs: new Map(), outputs: new Map() }, {
      needs: [...(needs.get(block.id) ?? [])],
      when: conditionOf(draft, block, ports, upstream),
    });
  });
  checkActiveNeeds(draft, stages);
  checkPaths(draft, stages);
  if (problems.found.length > 0 || 'cycle' in order) throw new PipelineError(source.file, source.text, problems.found);
  const byId = new Map(stages.map((stage) => [stage.id, stage]));
  return {
    name: document.name,
    version: document.version,
    description: document.description,
    file: source.file,
    directory,
    document: value,
    parameters,
    stages: order.order.map((id) => byId.get(id)).filter((stage) => stage !== undefined),
  };
}

function collectBlocks(source: Source, document: PipelineDocument, problems: Problems): ReadonlyMap<string, Block> {
  const blocks = new Map<string, Block>();
  const groups = new Map<string, Path>();
  for (const [i, stage] of document.stages.entries()) {
    tellDuplicate(source, problems, 'stage', stage.name, ['stages', i, 'name'], groups);
    for (const [j, block] of stage.blocks.entries()) {
      const path = ['stages', i, 'blocks', j];
      const before = blocks.get(block.name);
      const seen = new Map(before ? [[block.name, before.path]] : []);
      if (tellDuplicate(source, problems, 'block', block.name, [...path, 'name'], seen)) continue;
      blocks.set(block.name, {
        id: block.name,
        group: stage.name,
        document: block,
        path,
        active: [document.status, stage.status, block.status].every((status) => status !== 'inactive'),
        roles: [document.access_role, stage.access_role, block.access_role].filter((role) => role !== undefined),
      });
    }
  }
  return blocks;
}

function collectEntities(
  source: Source,
  document: PipelineDocument,
  options: ReadOptions,
  problems: Problems,
): ReadonlyMap<string, Entity> {
  const entities = new Map<string, Entity>();
  const seen = new Map<string, Path>();
  for (const [i, entity] of (document.entities ?? []).entries()) {
    const path = ['entities', i];
    if (tellDuplicate(source, problems, 'entity', entity.name, [...path, 'name'], seen)) continue;
    entities.set(entity.name, { path, document: entity.type === 'Model' ? supplyCode(entity, options) : entity });
  }
  return entities;
}

function supplyCode(model: ModelDocument, options: ReadOptions): ModelDocument {
  const supplied = options.models?.[model.name];
  return supplied ? { ...model, run: supplied.run, code: [...(supplied.code ?? [])] } : model;
}

function tellDuplicate(
  source: Source,
  problems: Problems,
  what: string,
  name: string,
  path: Path,
  seen: Map<string, Path>,
): boolean {
  const before = seen.get(name);
  if (!before) {
    seen.set(name, path);
    return false;
  }
  const { line } = source.locate(before);
  problems.add({
    code: 'ASSAY_PIPELINE_DUPLICATE_NAME',
    message: `the ${what} \`${name}\` is named twice (first in line ${line})`,
    hint: `Names of ${what === 'entity' ? 'entities' : `${what}s`} are unique in a pipeline.`,
    place: source.locate(path),
  });
  return true;
}

/** A key with a dot could not be named by a dotted path. */
function checkKeys(draft: Draft, value: Json, path: Path): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    const at = [...path, Array.isArray(value) ? Number(key) : key];
    if (!Array.isArray(value) && !/^[^.{}$\s]+$/.test(key)) {
      const message = `the parameter \`${key}\` has a name with a dot, a brace, a \`$\` or a space`;
      tell(
        draft,
        { code: 'ASSAY_PIPELINE_PARAMETER_NAME', message, hint: 'Nest mappings in place of dots.' },
        at,
        'key',
      );
    }
    checkKeys(draft, inner, at);
  }
}

/** What was supplied from outside must have an entity that asks for it. */
function checkSupplies(draft: Draft): void {
  const supplies = [
    ['Environment', Object.keys(draft.options.environments ?? {})],
    ['Model', Object.keys(draft.options.models ?? {})],
  ] as const;
  for (const [type, names] of supplies)
    for (const name of names) {
      if (draft.entities.get(name)?.document.type === type) continue;
      const known = [...draft.entities.values()].map(({ document }) => document).filter((one) => one.type === type);
      tell(
        draft,
        {
          code: 'ASSAY_PIPELINE_UNKNOWN_ENTITY',
          message: `\`${name}\` was supplied, but the pipeline has no ${type} of that name`,
          hint:
            known.length > 0
              ? `It has: ${known.map((one) => `\`${one.name}\``).join(', ')}.`
              : `It has no ${type} at all.`,
        },
        ['entities'],
      );
    }
}

function needsOf(draft: Draft): ReadonlyMap<string, ReadonlySet<string>> {
  const needs = new Map<string, ReadonlySet<string>>();
  // By the names of blocks alone: a wrong port is told once, and its block still comes before.
  const connected = (draft.document.connections ?? []).map(({ from, to }) =>
    [from, to].map((end) => end.split('.')[0]),
  );
  for (const block of draft.blocks.values()) {
    const found = new Set<string>();
    for (const [from, to] of connected)
      if (to === block.id && from !== undefined && draft.blocks.has(from)) found.add(from);
    for (const [i, id] of (block.document.after ?? []).entries()) {
      if (draft.blocks.has(id)) found.add(id);
      else
        tell(draft, { code: 'ASSAY_PIPELINE_UNKNOWN_BLOCK', message: `there is no block \`${id}\` to wait for` }, [
          ...block.path,
          'after',
          i,
        ]);
    }
    needs.set(block.id, found);
  }
  return needs;
}

function tellCycle(draft: Draft, cycle: readonly string[]): void {
  const [first] = cycle;
  const block = draft.blocks.get(first ?? '');
  // Each needs the next; told in the order of running, each feeding the next.
  const round = [...cycle, first].toReversed().map((id) => `\`${id}\``);
  tell(
    draft,
    {
      code: 'ASSAY_PIPELINE_CYCLE',
      message:
        cycle.length === 1
          ? `the block \`${first}\` waits for itself`
          : `these blocks wait for each other: ${round.join(' → ')}`,
      hint: 'Take out one of the connections (or `after`) between them.',
    },
    block ? [...block.path, 'name'] : [],
  );
}

function checkActiveNeeds(draft: Draft, stages: readonly Stage[]): void {
  for (const stage of stages) {
    if (stage.status !== 'active') continue;
    for (const { port, from } of stage.inputs) {
      const source = from && draft.blocks.get(from.stage);
      if (!source || source.active) continue;
      const index = (draft.document.connections ?? []).findIndex(({ to }) => to === `${stage.id}.${port}`);
      tell(
        draft,
        {
          code: 'ASSAY_PIPELINE_NEEDS_INACTIVE',
          message: `the active block \`${stage.id}\` needs \`${from.stage}.${from.port}\`, but \`${from.stage}\` is inactive`,
          hint: `Make \`${from.stage}\` active, or \`${stage.id}\` inactive, or feed the port from elsewhere.`,
        },
        ['connections', index],
      );
    }
  }
}
