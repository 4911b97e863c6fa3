import { findReference, type Lineage, type LineageNode, walk } from '../lineage/index.ts';
import { referenceTo } from '../records/index.ts';
import { defineCommand } from './command.ts';
import { shortHash } from './format.ts';
import type { Output } from './output.ts';

export const command = defineCommand({
  arguments: ['REF'],
  options: {
    down: { description: 'what came of it, instead of what it came from' },
    depth: {
      value: 'N',
      number: true,
      default: 20,
      description: 'how many steps; an object between two records is one',
    },
  },
  details:
    'REF is kind/id (its newest revision), kind/id@M:m:p, at least six digits of a hash, or sha256:<hex> of an object.\n' +
    'What a cached stage stands for is shown as the stage run that made it.',
  async run({ arguments: [reference], options, context, output }) {
    const records = await context.records();
    const lineage = await walk(records, await findReference(records, reference!), {
      direction: options.down ? 'down' : 'up',
      depth: Math.max(1, Math.floor(options.depth)),
    });
    printTree(lineage, output);
    if (lineage.truncated) output.note(`There is more; --depth ${options.depth * 2} shows more of it.`);
    output.result({ ...lineage, nodes: lineage.nodes.map(describe) });
    return 0;
  },
});

function describe(node: LineageNode) {
  if (node.type === 'object') return node;
  const { type, ref, depth, sealed } = node;
  const { kind, id, version, revision, at, by } = sealed.record;
  return { type, ref, depth, index: sealed.index, kind, id, version, revision, at, by };
}

/** Each node once in full; where it comes again, only its name. */
function printTree({ root, direction, nodes, edges }: Lineage, output: Output): void {
  const { dim, bold } = output.colors;
  const byRef = new Map(nodes.map((node) => [node.ref, node]));
  const shown = new Set<string>();
  const print = (ref: string, lead: string, indent: string, role: string) => {
    const node = byRef.get(ref);
    // An edge beyond the depth has no node.
    if (!node) return;
    const again = shown.has(ref);
    shown.add(ref);
    const [name, rest] = title(node);
    output.print(
      `${dim(lead)}${role === '' ? '' : dim(`${role}: `)}${again ? dim(name) : bold(name)} ${dim(again ? '(see above)' : rest)}`,
    );
    if (again) return;
    const next = edges
      .filter((edge) => (direction === 'up' ? edge.to : edge.from) === ref)
      .sort((a, b) => lateness(a.role) - lateness(b.role));
    for (const [i, edge] of next.entries()) {
      const isLast = i === next.length - 1;
      const other = direction === 'up' ? edge.from : edge.to;
      print(other, `${indent}${isLast ? '└─ ' : '├─ '}`, `${indent}${isLast ? '   ' : '│  '}`, edge.role);
    }
  };
  print(root, '', '', '');
}

/** A run and a pipeline hold much besides: what was used directly comes first, and in full. */
function lateness(role: string): number {
  return ['run', 'pipeline'].indexOf(role) + 1;
}

function title(node: LineageNode): readonly [name: string, rest: string] {
  if (node.type === 'record')
    return [referenceTo(node.sealed), `${shortHash(node.sealed.hash)}  ${node.sealed.record.at}`];
  const size = node.size === undefined ? '' : `  ${node.size} bytes`;
  return [node.names[0] ?? 'data from outside', `sha256:${shortHash(node.sha256)}${size}`];
}
