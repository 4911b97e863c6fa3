import type { Linear, Parameter } from '../network/index.ts';
import type { OnnxAttribute, OnnxGraph } from './onnx-writer.ts';

/** Stands for minus infinity in a softmax, and in a maximum. */
const LOWEST = -3e38;

/** One member's part of a graph: its nodes and weights are named with the member's prefix. */
export class NetworkGraph {
  /** Where a token stands, as booleans [batch, length]. */
  readonly present: string;
  readonly #graph: OnnxGraph;
  readonly #prefix: string;
  readonly #made = new Map<string, string>();

  constructor(graph: OnnxGraph, prefix: string, present: string) {
    this.#graph = graph;
    this.#prefix = prefix;
    this.present = present;
  }

  node(
    operator: string,
    inputs: readonly string[],
    name: string,
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
  ): string {
    return this.#graph.node(operator, inputs, this.#prefix + name, attributes);
  }

  /** A parameter as it is, under its own name: an import finds it there. */
  weights({ name, shape, value }: Parameter): string {
    return this.floats(name, shape, value);
  }

  floats(name: string, shape: readonly number[], value: Float32Array): string {
    return this.#graph.floats(this.#prefix + name, shape, value);
  }

  /** A constant number. */
  number(value: number): string {
    return this.#graph.floats(`number.${value}`, [], Float32Array.of(value));
  }

  /** A constant list of whole numbers, or a single one. */
  integers(value: number | readonly number[]): string {
    return this.#graph.integers(typeof value === 'number' ? `integer.${value}` : `axis.${value}`, value);
  }

  get lowest(): string {
    return this.#graph.floats('lowest', [], Float32Array.of(LOWEST));
  }

  /** 1 where a token stands and 0 at padding, as numbers [batch, length]. */
  get mask(): string {
    return this.#once('mask', () => this.node('Cast', [this.present], 'mask', { to: 1 }));
  }

  /** The same, [batch, length, 1]. */
  get columnMask(): string {
    return this.#once('mask.3d', () => this.node('Unsqueeze', [this.mask, this.integers([2])], 'mask.3d'));
  }

  /** {@link present}, [batch, length, 1]. */
  get columnPresent(): string {
    return this.#once('present.3d', () => this.node('Unsqueeze', [this.present, this.integers([2])], 'present.3d'));
  }

  /** How many tokens each text has, 32-bit integers [batch]. */
  get lengths(): string {
    return this.#once('lengths', () => {
      const ones = this.node('Cast', [this.present], 'present.int32', { to: 6 });
      return this.node('ReduceSum', [ones, this.integers([1])], 'lengths', { keepdims: 0 });
    });
  }

  /** How many tokens the longest text has, a single 64-bit integer. */
  get length(): string {
    return this.#once('length', () => {
      const shape = this.node('Shape', [this.present], 'shape');
      return this.node('Gather', [shape, this.integers(1)], 'length');
    });
  }

  /** x · W + b. */
  linear(x: string, { weight, bias }: Pick<Linear, 'weight' | 'bias'>, name: string): string {
    const product = this.node('MatMul', [x, this.weights(weight)], `${name}.product`);
    return this.node('Add', [product, this.weights(bias)], `${name}.sum`);
  }

  #once(name: string, make: () => string): string {
    const made = this.#made.get(name) ?? make();
    this.#made.set(name, made);
    return made;
  }
}
