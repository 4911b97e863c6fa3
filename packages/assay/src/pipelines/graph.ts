/** What should run: one graph, whatever file it came from. Paths are relative to `directory`, with `/`. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export type Argv = readonly string[];

export interface StageGraph {
  readonly name: string;
  /** `M:m:p` */
  readonly version: string;
  readonly description: string | undefined;
  /** The file it was read from, absolute. */
  readonly file: string;
  /** The folder that paths are relative to, absolute. */
  readonly directory: string;
  /** The document as one JSON value, in our JDF 2 form: what is recorded. */
  readonly document: Json;
  readonly parameters: Readonly<Record<string, Json>>;
  /** In an order in which every stage comes after those it needs. */
  readonly stages: readonly Stage[];
}

export interface Stage {
  /** Unique in the graph. */
  readonly id: string;
  /** The file's own grouping, for people. */
  readonly group: string;
  readonly description: string | undefined;
  /** Run one after another; the first that fails ends the stage. Ports and parameters are already put in. */
  readonly commands: readonly Argv[];
  /** Working folder, relative to the graph's. */
  readonly directory: string;
  readonly environment: Environment;
  readonly inputs: readonly Input[];
  readonly outputs: readonly Output[];
  /** What the stage's commands use of the parameters, resolved. */
  readonly parameters: Readonly<Record<string, Json>>;
  /** Files and folders that are the stage's code. */
  readonly code: readonly string[];
  /** Ids of the stages it waits for. */
  readonly needs: readonly string[];
  readonly when: Condition | undefined;
  readonly hooks: { readonly pre: readonly Argv[]; readonly post: readonly Argv[]; readonly callback: readonly Argv[] };
  /** It is ended, and has failed, after this many seconds. */
  readonly durationSeconds: number | undefined;
  /** An inactive stage is passed over, and so are those that need its outputs. */
  readonly status: 'active' | 'inactive';
}

export interface Input {
  readonly port: string;
  readonly path: string;
  /** The output it is tied to; undefined for data from outside. */
  readonly from: { readonly stage: string; readonly port: string } | undefined;
}

export interface Output {
  readonly port: string;
  readonly path: string;
  readonly role: 'artifact' | 'metrics' | 'plot' | 'model' | 'report';
}

export interface Environment {
  readonly name: string;
  /** Which executor runs it. `unavailable`: the file asks for one that is not here; `reason` says which and how to supply one. */
  readonly kind: 'process' | 'unavailable';
  readonly reason: string | undefined;
  /** Folders put before the clean PATH: a person's own toolchain (a virtual environment's `bin`); relative or absolute. */
  readonly path: readonly string[];
  /** Variables set, and names of variables passed through from the caller. */
  readonly variables: Readonly<Record<string, string>>;
  readonly pass: readonly string[];
  /** It has the caller's whole environment, as stages of a dvc.yaml do. */
  readonly inherits?: true;
  /** Files whose content names the versions of what is installed (`package-lock.json`, `requirements.txt`). */
  readonly lockfiles: readonly string[];
}

/** Logic: whether a block runs. `parameter` is a dotted path; `metric` is read from an output of a stage it needs. */
export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  | ({ readonly parameter: string } & Comparison)
  | ({ readonly metric: { readonly stage: string; readonly port: string; readonly path: string } } & Comparison);

export interface Comparison {
  readonly is: 'equal' | 'not-equal' | 'above' | 'at-least' | 'below' | 'at-most' | 'one-of';
  readonly value: Json;
}
