import { checkCount } from './check-count.ts';
import type { BlackBoxExplanation } from './explanation.ts';
import { replacing, segmentsOf, splitWords } from './masked-text.ts';
import { type PartitionNode, partitionTree } from './partition-tree.ts';
import { chooseTarget, Questions, type TextModel } from './text-model.ts';

export interface PartitionShapOptions {
  /** The label whose probability is explained; the most probable one by default. */
  readonly target?: string;
  /** Answers of the model it may take; 500 by default, which is exact up to some twenty words. */
  readonly evaluations?: number;
  /** What stands for a run of hidden words; `...` by default. */
  readonly mask?: string;
}

/** Nodes that are expanded between two looks at the queue, where the budget does not reach for all: as SHAP does. */
const NODES_A_ROUND = 3;

/**
 * Partition SHAP as its authors' package computes it for text: Owen values over a tree of neighbouring words (Owen 1977;
 * Lundberg and Lee 2017), the nodes in which the answers differ most first; what the budget does not reach is shared out
 * evenly among a node's words. The attributions sum to f(text) − f(all masked).
 *
 * @throws LearnError as `lime`.
 */
export async function partitionShap(
  model: TextModel,
  text: string,
  options: PartitionShapOptions = {},
): Promise<BlackBoxExplanation> {
  const { evaluations = 500, mask = '...' } = options;
  checkCount('evaluations', evaluations, 4, 1_000_000);
  const words = splitWords(text);
  const segments = segmentsOf(text, words);
  const questions = new Questions(model);
  const masked = replacing(segments, mask);
  const nothing = new Uint8Array(words.length);
  const [empty, whole] = (await questions.ask([masked(nothing), masked(nothing.map(() => 1))])) as [
    Float64Array,
    Float64Array,
  ];
  const { best, chosen } = chooseTarget(model.labels, whole, options.target);
  const attributions = new Float64Array(words.length);
  const credit = ({ node, f00, f11, weight }: Task) => {
    const share = ((f11[chosen]! - f00[chosen]!) * weight) / (node.to - node.from);
    for (let i = node.from; i < node.to; i++) attributions[i]! += share;
  };

  const root = partitionTree(segments);
  const budget = evaluations - 2;
  const aRound = evaluationsOf(root) <= budget ? Number.POSITIVE_INFINITY : NODES_A_ROUND;
  const queue = new TaskQueue();
  queue.put({ node: root, outside: nothing, f00: empty, f11: whole, weight: 1 }, 0);
  for (let spent = 0; queue.size > 0; ) {
    if (spent >= budget) {
      while (queue.size > 0) credit(queue.take());
      break;
    }
    const round: { task: Task; children: readonly [PartitionNode, PartitionNode]; keeps: [Uint8Array, Uint8Array] }[] =
      [];
    while (queue.size > 0 && round.length < aRound && spent + 2 * round.length < budget) {
      const task = queue.take();
      const { children } = task.node;
      if (children === undefined) credit(task);
      else
        round.push({
          task,
          children,
          keeps: [withNode(task.outside, children[0]), withNode(task.outside, children[1])],
        });
    }
    const answers = await questions.ask(round.flatMap(({ keeps }) => keeps.map(masked)));
    spent += answers.length;
    round.forEach(
      ({ task: { outside, f00, f11, weight }, children: [left, right], keeps: [withLeft, withRight] }, i) => {
        const [f10, f01] = [answers[2 * i]!, answers[2 * i + 1]!];
        const half = weight / 2;
        queue.put({ node: left, outside, f00, f11: f10, weight: half }, furthest(f10, f00) * half);
        queue.put({ node: right, outside, f00, f11: f01, weight: half }, furthest(f01, f00) * half);
        queue.put({ node: left, outside: withRight, f00: f01, f11, weight: half }, furthest(f11, f01) * half);
        queue.put({ node: right, outside: withLeft, f00: f10, f11, weight: half }, furthest(f11, f10) * half);
      },
    );
  }

  const score = attributions.reduce((sum, value) => sum + value, 0);
  return {
    method: 'partition-shap',
    label: model.labels[best]!,
    probability: whole[best]!,
    target: model.labels[chosen]!,
    targetProbability: whole[chosen]!,
    baselineProbability: empty[chosen]!,
    tokens: words.map((token, i) => ({ ...token, attribution: attributions[i]! })),
    score,
    delta: score - (whole[chosen]! - empty[chosen]!),
    evaluations: questions.count,
  };
}

/** A node to be shared out between its children: what is kept outside of it, and the answers without and with it. */
interface Task {
  readonly node: PartitionNode;
  readonly outside: Uint8Array;
  readonly f00: Float64Array;
  readonly f11: Float64Array;
  readonly weight: number;
}

/** A binary heap: the largest priority first, of equal ones the earlier. */
class TaskQueue {
  readonly #heap: { readonly task: Task; readonly priority: number; readonly order: number }[] = [];
  #order = 0;

  get size(): number {
    return this.#heap.length;
  }

  put(task: Task, priority: number): void {
    const heap = this.#heap;
    heap.push({ task, priority, order: this.#order++ });
    for (let at = heap.length - 1; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(at, parent)) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  take(): Task {
    const heap = this.#heap;
    this.#swap(0, heap.length - 1);
    const { task } = heap.pop()!;
    for (let at = 0; ; ) {
      let first = at;
      for (const child of [2 * at + 1, 2 * at + 2])
        if (child < heap.length && this.#isBefore(child, first)) first = child;
      if (first === at) return task;
      this.#swap(at, first);
      at = first;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [one, other] = [this.#heap[a]!, this.#heap[b]!];
    return one.priority === other.priority ? one.order < other.order : one.priority > other.priority;
  }

  #swap(a: number, b: number): void {
    const kept = this.#heap[a]!;
    this.#heap[a] = this.#heap[b]!;
    this.#heap[b] = kept;
  }
}

/** Answers that the whole tree takes: each node is seen once for every way in which its ancestors' other halves are there. */
function evaluationsOf({ children }: PartitionNode, ways = 1): number {
  if (children === undefined) return 0;
  return 2 * ways + evaluationsOf(children[0], 2 * ways) + evaluationsOf(children[1], 2 * ways);
}

function withNode(outside: Uint8Array, { from, to }: PartitionNode): Uint8Array {
  return outside.slice().fill(1, from, to);
}

function furthest(a: Float64Array, b: Float64Array): number {
  let most = 0;
  for (let k = 0; k < a.length; k++) most = Math.max(most, Math.abs(a[k]! - b[k]!));
  return most;
}
