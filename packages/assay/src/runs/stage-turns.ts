import { lockOf, placeOf, type Workplace } from '../data/index.ts';
import { type FileLock, PathLocks, type PathUse, type TrackedStage } from '../dvc/index.ts';

/**
 * When stages may do what: the repository's lock is held to keep results, not while commands run. What these read and write is
 * locked by its path then, so that neither DVC nor Assay touches it.
 */
export class StageTurns {
  readonly #workplace: Workplace;
  readonly #repository: FileLock;
  readonly #paths: PathLocks;
  readonly #leave = new Map<TrackedStage, () => Promise<void>>();

  constructor(workplace: Workplace, command: string) {
    const { repository, signal, environment, onNote } = workplace;
    this.#workplace = workplace;
    this.#repository = lockOf(workplace);
    // A stage's own command would wait for its own stage.
    const isNested = environment.ASSAY_RUN !== undefined;
    const onWait = (what: string) => onNote?.(`Waiting for ${what}.`);
    this.#paths = new PathLocks(repository, { command, signal, ...(isNested ? {} : { onWait }) });
  }

  /** @throws AssayError `ASSAY_DVC_BUSY` in a stage's own command */
  untilFree(stage: TrackedStage): Promise<void> {
    return this.#paths.untilFree(this.#useOf(stage));
  }

  /** False when the stage's paths came into use meanwhile: look at them again. */
  async enter(stage: TrackedStage): Promise<boolean> {
    const leave = await this.#paths.take(this.#useOf(stage));
    if (leave) this.#leave.set(stage, leave);
    return leave !== undefined;
  }

  async leave(stage: TrackedStage): Promise<void> {
    const leave = this.#leave.get(stage);
    this.#leave.delete(stage);
    await leave?.();
  }

  /** Has the repository to itself. */
  during<T>(work: () => Promise<T>): Promise<T> {
    return this.#repository.during(work);
  }

  async end(): Promise<void> {
    await Promise.all([this.#repository.end(), this.#paths.end()]);
  }

  #useOf(stage: TrackedStage): PathUse {
    const places = (entries: TrackedStage['deps'] | TrackedStage['outs']) =>
      entries.flatMap((entry) => placeOf(this.#workplace, entry) ?? []);
    return { read: places(stage.deps), write: places(stage.outs) };
  }
}
