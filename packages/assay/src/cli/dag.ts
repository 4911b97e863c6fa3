import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { findStages, findTargets, shownAddress, shownPath, type Workplace } from '../data/index.ts';
import { byCodePoint, readIndex, type TrackedStage, workspaceTree } from '../dvc/index.ts';
import { orderStages, readPipeline } from '../pipelines/index.ts';
import { defineCommand } from './command.ts';
import { drawLanes } from './dag-lanes.ts';

/** Names, and for each those it needs. */
type Graph = ReadonlyMap<string, readonly string[]>;

export const command = defineCommand({
  arguments: ['[TARGET]'],
  options: {
    dot: { description: 'in the language of Graphviz' },
    mermaid: { description: 'in the language of Mermaid' },
    md: { description: 'in the language of Mermaid, for Markdown' },
    outs: { short: 'o', description: 'outputs instead of stages' },
    full: { description: 'everything that hangs together with the target, not only what it needs' },
    collapseForeachMatrix: { description: 'the stages of one loop as one' },
  },
  details:
    'TARGET is a stage, a `.dvc` file or `dvc.yaml`; with --outs an output; or a JDF file, whose blocks are shown.',
  async run({ arguments: [target], options, context, output, signal }) {
    const file = target === undefined ? undefined : resolve(context.directory, target);
    const limited =
      file !== undefined && isJdf(file)
        ? await blocksGraph(file, options.outs)
        : await trackedGraph(await context.workplace(signal), target, options);
    const graph = options.collapseForeachMatrix && !options.outs ? collapse(limited) : limited;
    if (options.dot) output.raw(dot(graph));
    else if (options.mermaid || options.md)
      output.raw(`${options.md ? `\`\`\`mermaid\n${mermaid(graph)}\n\`\`\`` : mermaid(graph)}\n`);
    else for (const line of drawing(graph, output.colors.dim)) output.print(line);
    output.result([...graph].map(([name, needs]) => ({ name, needs })));
    return 0;
  },
});

/** A YAML or JSON file that says of itself that it is a JDF. */
function isJdf(file: string): boolean {
  if (!/\.(ya?ml|json|jdf)$/i.test(file) || !statSync(file, { throwIfNoEntry: false })?.isFile()) return false;
  return /^\s*\{?\s*["']?jdf["']?\s*:/m.test(readFileSync(file, 'utf8'));
}

async function blocksGraph(file: string, outs: boolean): Promise<Graph> {
  const { stages } = await readPipeline(file, { files: 'unchecked' });
  if (!outs) return new Map(stages.map(({ id, needs }) => [id, needs]));
  return new Map(
    stages.flatMap(({ inputs, outputs }) => {
      const needs = inputs.flatMap(({ from, path }) => (from ? [path] : []));
      return outputs.map(({ path }) => [path, needs] as const);
    }),
  );
}

async function trackedGraph(
  workplace: Workplace,
  target: string | undefined,
  { outs, full }: { readonly outs: boolean; readonly full: boolean },
): Promise<Graph> {
  const { repository } = workplace;
  const index = await readIndex(repository, workspaceTree(repository));
  const ordered = orderStages(index.stages);
  const whole = outs ? outsGraph(workplace, ordered) : stagesGraph(workplace, ordered);
  if (target === undefined) return whole;
  const names = outs
    ? (await findTargets(workplace, [target], { index })).map(({ out }) => shownPath(workplace, out.location))
    : (await findStages(workplace, [target], { index })).map((stage) => shownAddress(workplace, stage));
  return limit(whole, names, full);
}

type Ordered = ReturnType<typeof orderStages>;

function stagesGraph(workplace: Workplace, ordered: Ordered): Graph {
  const name = (stage: TrackedStage) => shownAddress(workplace, stage);
  return new Map(ordered.map(({ stage, needs }) => [name(stage), needs.map(name)]));
}

/** Each output needs those of its stage's dependencies. */
function outsGraph(workplace: Workplace, ordered: Ordered): Graph {
  const graph = new Map<string, readonly string[]>();
  for (const { stage, needs } of ordered) {
    const used = needs.flatMap((need) =>
      need.outs.filter(({ location }) =>
        stage.deps.some(
          (dep) =>
            !dep.repo &&
            (dep.location === location ||
              dep.location.startsWith(`${location}/`) ||
              location.startsWith(`${dep.location}/`)),
        ),
      ),
    );
    for (const out of stage.outs) {
      graph.set(
        shownPath(workplace, out.location),
        used.map((one) => shownPath(workplace, one.location)),
      );
    }
  }
  return graph;
}

function limit(graph: Graph, names: readonly string[], full: boolean): Graph {
  const around = (name: string) =>
    full
      ? [...(graph.get(name) ?? []), ...[...graph].filter(([, needs]) => needs.includes(name)).map(([one]) => one)]
      : (graph.get(name) ?? []);
  const kept = new Set<string>();
  const open = [...names];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (kept.has(name)) continue;
    kept.add(name);
    open.push(...around(name));
  }
  return new Map([...graph].filter(([name]) => kept.has(name)));
}

function collapse(graph: Graph): Graph {
  const group = (name: string) =>
    name.endsWith('.dvc') || !name.includes('@') ? name : name.slice(0, name.lastIndexOf('@'));
  const result = new Map<string, string[]>();
  for (const [name, needs] of graph) {
    const one = group(name);
    const known = result.get(one) ?? [];
    result.set(
      one,
      [...new Set([...known, ...needs.map(group)])].filter((need) => need !== one),
    );
  }
  return result;
}

/** Parts that hang together, in the order of their first stage. */
function components(graph: Graph): readonly (readonly string[])[] {
  const neighbours = new Map<string, string[]>([...graph.keys()].map((name) => [name, []]));
  for (const [name, needs] of graph) {
    for (const need of needs) {
      neighbours.get(name)?.push(need);
      neighbours.get(need)?.push(name);
    }
  }
  const seen = new Set<string>();
  const found: string[][] = [];
  for (const start of graph.keys()) {
    if (seen.has(start)) continue;
    const part: string[] = [];
    const open = [start];
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (seen.has(name)) continue;
      seen.add(name);
      part.push(name);
      open.push(...(neighbours.get(name) ?? []));
    }
    found.push(part);
  }
  return found;
}

function mermaid(graph: Graph): string {
  const lines = ['flowchart TD'];
  let count = 0;
  for (const part of components(graph)) {
    const ids = new Map([...part].sort(byCodePoint).map((name) => [name, `node${++count}`]));
    for (const [name, id] of ids) lines.push(`\t${id}["${name}"]`);
    const edges = part.flatMap((name) => (graph.get(name) ?? []).map((need) => [need, name] as const));
    edges.sort((a, b) => byCodePoint(a[0], b[0]) || byCodePoint(a[1], b[1]));
    for (const [from, to] of edges) lines.push(`\t${ids.get(from)}-->${ids.get(to)}`);
  }
  return lines.join('\n');
}

function dot(graph: Graph): string {
  const quote = (name: string) => (name.startsWith('"') || name.endsWith('"') ? name : `"${name}"`);
  const edges = [...graph].flatMap(([name, needs]) => needs.map((need) => `${quote(need)} -> ${quote(name)};`));
  return ['strict digraph {', ...[...graph.keys()].map((name) => `${quote(name)};`), ...edges, '}', '', ''].join('\n');
}

/** The parts that hang together, one after another; who needs several says so by name too. */
function* drawing(graph: Graph, dim: (text: string) => string): Generator<string> {
  for (const [i, part] of components(graph).entries()) {
    if (i > 0) yield '';
    const names = new Set(part);
    for (const { lanes, name, needs } of drawLanes(new Map([...graph].filter(([one]) => names.has(one))))) {
      yield `${lanes}  ${name}${needs.length > 1 ? dim(`  ← ${needs.join(', ')}`) : ''}`;
    }
  }
}
