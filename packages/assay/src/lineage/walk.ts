import type { Artifact, RecordStore, SealedRecord } from '../records/index.ts';
import { artifactsOf, producerFor, producersOf, usersOf } from './producers.ts';
import type { Found } from './reference.ts';

export type LineageNode =
  | { readonly type: 'record'; readonly ref: string; readonly depth: number; readonly sealed: SealedRecord }
  | {
      readonly type: 'object';
      readonly ref: string;
      readonly depth: number;
      readonly sha256: string;
      readonly md5: string | undefined;
      readonly size: number | undefined;
      /** What records call it. */
      readonly names: readonly string[];
    };

/** `from` was there before `to`; `made` is the role of a record's artifact, `part-of` that of a file in a folder. */
export interface LineageEdge {
  readonly from: string;
  readonly to: string;
  readonly role: string;
}

export interface Lineage {
  readonly root: string;
  readonly direction: 'up' | 'down';
  /** Nearest first. */
  readonly nodes: readonly LineageNode[];
  readonly edges: readonly LineageEdge[];
  /** There is more beyond the depth, or beyond the most nodes. */
  readonly truncated: boolean;
}

export interface WalkOptions {
  /** `up`: what it came from; `down`: what came of it. */
  readonly direction: 'up' | 'down';
  /** Steps from the root; an object between two records is a step of its own. */
  readonly depth: number;
  readonly mostNodes?: number;
}

interface Step {
  readonly edge: LineageEdge;
  readonly next: Found;
  /** The record by which an object was reached. */
  readonly through: SealedRecord | undefined;
}

interface Visit {
  readonly found: Found;
  readonly depth: number;
  readonly through: SealedRecord | undefined;
}

/**
 * Walks from a record or an object along parents and artifacts, breadth first. Earlier revisions of the same thing (the role
 * `previous`) are its history and not what it came from: they are left out.
 */
export async function walk(records: RecordStore, root: Found, options: WalkOptions): Promise<Lineage> {
  const most = options.mostNodes ?? 2000;
  const nodes = new Map<string, LineageNode>();
  const edges = new Map<string, LineageEdge>();
  const queue: Visit[] = [{ found: root, depth: 0, through: undefined }];
  nodes.set(root.ref, await nodeOf(records, root, 0));
  let truncated = false;
  for (let visit = queue.shift(); visit !== undefined; visit = queue.shift()) {
    const steps = options.direction === 'up' ? await stepsUp(records, visit) : await stepsDown(records, visit);
    for (const { edge, next, through } of steps) {
      if (!nodes.has(next.ref)) {
        if (visit.depth >= options.depth || nodes.size >= most) {
          truncated = true;
          continue;
        }
        nodes.set(next.ref, await nodeOf(records, next, visit.depth + 1));
        queue.push({ found: next, depth: visit.depth + 1, through });
      }
      edges.set(`${edge.from} ${edge.to} ${edge.role}`, edge);
    }
  }
  return {
    root: root.ref,
    direction: options.direction,
    nodes: [...nodes.values()],
    edges: [...edges.values()],
    truncated,
  };
}

async function stepsUp(records: RecordStore, { found, through }: Visit): Promise<readonly Step[]> {
  if (found.type === 'object') {
    const producer = await producerFor(records, found.sha256, through);
    return producer ? [stepTo(producer, { from: `record:${producer.hash}`, to: found.ref, role: 'made' })] : [];
  }
  const steps: Step[] = [];
  const reached = new Set<string>();
  for (const { role, ref } of found.sealed.record.parents) {
    const sha256 = digestOf(ref);
    if (sha256 === undefined) continue;
    const producer = await producerFor(records, sha256, found.sealed);
    if (producer) reached.add(`record:${producer.hash}`);
    const next: Found = { type: 'object', ref, sha256 };
    steps.push({ edge: { from: ref, to: found.ref, role }, next, through: found.sealed });
  }
  for (const { role, ref } of found.sealed.record.parents) {
    // A stage run names both what it took and who made that: one way is enough.
    if (role === 'previous' || digestOf(ref) !== undefined || (role === 'stage-run' && reached.has(ref))) continue;
    const sealed = await records.get(ref.slice('record:'.length));
    if (sealed) steps.push(stepTo(sealed, { from: ref, to: found.ref, role }));
  }
  return steps;
}

async function stepsDown(records: RecordStore, { found }: Visit): Promise<readonly Step[]> {
  if (found.type === 'record') return recordStepsDown(records, found.ref, found.sealed);
  const steps: Step[] = [];
  for (const user of await usersOf(records, found.sha256)) {
    for (const { role, ref } of user.record.parents) {
      if (ref === found.ref) steps.push(stepTo(user, { from: ref, to: `record:${user.hash}`, role }));
    }
  }
  for (const sealed of await records.children(found.ref)) {
    for (const artifact of artifactsOf(sealed, found.sha256)) {
      for (const folder of foldersOf(sealed, artifact)) {
        const next: Found = { type: 'object', ref: `sha256:${folder.sha256}`, sha256: folder.sha256 };
        steps.push({ edge: { from: found.ref, to: next.ref, role: 'part-of' }, next, through: sealed });
      }
    }
  }
  return steps;
}

async function recordStepsDown(records: RecordStore, from: string, sealed: SealedRecord): Promise<readonly Step[]> {
  const steps: Step[] = [];
  const reached = new Set<string>();
  for (const artifact of sealed.record.artifacts) {
    const ref = `sha256:${artifact.sha256}`;
    const producers = await producersOf(records, artifact.sha256);
    if (!producers.some(({ hash }) => hash === sealed.hash)) continue;
    // A file of a folder is told by the folder, unless it is used on its own.
    const users = await usersOf(records, artifact.sha256);
    if (foldersOf(sealed, artifact).length > 0 && users.length === 0) continue;
    for (const user of users) reached.add(user.hash);
    const next: Found = { type: 'object', ref, sha256: artifact.sha256 };
    steps.push({ edge: { from, to: ref, role: 'made' }, next, through: sealed });
  }
  for (const child of await records.children(from)) {
    for (const { role, ref } of child.record.parents) {
      if (ref !== from || role === 'previous' || (role === 'stage-run' && reached.has(child.hash))) continue;
      steps.push(stepTo(child, { from, to: `record:${child.hash}`, role }));
    }
  }
  return steps;
}

/** The folders of a record's artifacts (their names end in `/`) that an artifact is a file of. */
function foldersOf(sealed: SealedRecord, { name }: Artifact): readonly Artifact[] {
  return sealed.record.artifacts.filter(
    (folder) => folder.name.endsWith('/') && folder.name !== name && name.startsWith(folder.name),
  );
}

async function nodeOf(records: RecordStore, found: Found, depth: number): Promise<LineageNode> {
  if (found.type === 'record') return { ...found, depth };
  const artifacts = (await records.children(found.ref)).flatMap((sealed) => artifactsOf(sealed, found.sha256));
  return {
    ...found,
    depth,
    md5: artifacts[0]?.md5,
    size: artifacts[0]?.size,
    names: [...new Set(artifacts.map(({ name }) => name))],
  };
}

function stepTo(sealed: SealedRecord, edge: LineageEdge): Step {
  return { edge, next: { type: 'record', ref: `record:${sealed.hash}`, sealed }, through: undefined };
}

function digestOf(ref: string): string | undefined {
  return ref.startsWith('sha256:') ? ref.slice('sha256:'.length) : undefined;
}
