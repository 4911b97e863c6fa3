import { commandOf, dropCaches, measure, type Run, type Side, settle } from './programs.ts';
import type { Workspace } from './workspace.ts';

interface Measured {
  readonly seconds: number;
  readonly peak: number | undefined;
}

export interface Line {
  readonly work: string;
  /** How many times DVC's time at least; undefined: nothing was promised. */
  readonly aim: number | undefined;
  readonly warm: Readonly<Record<Side, Measured>>;
  readonly cold: Readonly<Record<Side, Measured>> | undefined;
}

export interface ComparisonOptions {
  readonly aim?: number;
  /** Times each program runs; the median counts. */
  readonly rounds?: number;
  /** Measures once more with the system's caches empty. */
  readonly cold?: boolean;
  /** Brings the workspace into the state that the command starts from; not measured. */
  readonly prepare?: (workspace: Workspace) => void;
}

/** Both programs at the same work, in turn, so that a busy machine slows both; who begins changes with each round. */
export class Comparison {
  readonly #workspaces: Readonly<Record<Side, Workspace>>;
  readonly #print: (line: Line) => void;

  constructor(workspaces: Readonly<Record<Side, Workspace>>, print: (line: Line) => void) {
    this.#workspaces = workspaces;
    this.#print = print;
  }

  /** Brings both workspaces into one state. */
  each(work: (workspace: Workspace) => void): void {
    work(this.#workspaces.assay);
    work(this.#workspaces.dvc);
  }

  compare(
    work: string,
    words: readonly string[] | ((workspace: Workspace) => readonly string[]),
    { aim, rounds = 1, cold = false, prepare = () => {} }: ComparisonOptions = {},
  ): void {
    const times = (count: number, ready: () => boolean) => {
      const runs: Record<Side, Run[]> = { assay: [], dvc: [] };
      for (let round = 0; round < count; round++) {
        const sides: readonly Side[] = round % 2 === 0 ? ['dvc', 'assay'] : ['assay', 'dvc'];
        for (const side of sides) {
          const workspace = this.#workspaces[side];
          prepare(workspace);
          if (!ready()) return undefined;
          const argv = [...commandOf(side), ...(typeof words === 'function' ? words(workspace) : words)];
          runs[side].push(measure(argv, workspace.root, workspace.environment));
        }
      }
      return { assay: middle(runs.assay), dvc: middle(runs.dvc) };
    };
    const warm = times(rounds, () => {
      settle();
      return true;
    });
    this.#print({ work, aim, warm: warm!, cold: cold ? times(1, dropCaches) : undefined });
  }
}

/** Median time, largest memory. */
function middle(runs: readonly Run[]): Measured {
  const seconds = runs.map((run) => run.seconds).sort((a, b) => a - b)[Math.floor(runs.length / 2)]!;
  const peaks = runs.flatMap(({ peak }) => (peak === undefined ? [] : [peak]));
  return { seconds, peak: peaks.length === 0 ? undefined : Math.max(...peaks) };
}
