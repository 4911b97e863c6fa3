import type { PipelineStageView, PipelineStates, StageReason } from '../../api/index.ts';

/** How a stage stands, as `State` shows it. */
export type Standing = 'looking' | 'up to date' | 'changed' | 'never run' | 'follows' | 'frozen' | 'clean' | 'modified';

export interface StageStanding {
  readonly standing: Standing;
  readonly reasons: readonly StageReason[];
  /** Stages before it that would run, for which it would run too. */
  readonly after: readonly string[];
}

/**
 * How every stage stands: what its files say, and what would happen because of those before it. Stages come after those they
 * need.
 */
export function standingsOf(
  stages: readonly PipelineStageView[],
  states: PipelineStates | undefined,
): ReadonlyMap<string, StageStanding> {
  const reasonsOf = new Map(states?.changed.map(({ id, reasons }) => [id, reasons]));
  const found = new Map<string, StageStanding>();
  const moves = (id: string) => {
    const standing = found.get(id)?.standing;
    return standing === 'changed' || standing === 'never run' || standing === 'follows' || standing === 'modified';
  };
  for (const stage of stages) {
    const reasons = reasonsOf.get(stage.id) ?? [];
    const after = stage.isFrozen || stage.kind !== 'stage' ? [] : stage.needs.filter(moves);
    found.set(stage.id, { standing: states ? standingOf(stage, reasons, after) : 'looking', reasons, after });
  }
  return found;
}

function standingOf(stage: PipelineStageView, reasons: readonly StageReason[], after: readonly string[]): Standing {
  if (stage.kind !== 'stage') return reasons.length > 0 ? 'modified' : 'clean';
  if (!stage.isLocked) return 'never run';
  if (stage.isFrozen) return 'frozen';
  if (reasons.length > 0) return 'changed';
  return after.length > 0 ? 'follows' : 'up to date';
}

/** A reason in words. */
export function inWords({ what, path, name, state }: StageReason): string {
  if (what === 'command') return 'the command was changed';
  if (what === 'always') return 'it runs every time';
  if (what === 'checksum') return 'its checksum was changed';
  const subject = what === 'parameter' ? `parameter ${name} of ${path}` : `${what} ${path}`;
  return `${subject}: ${state}`;
}
