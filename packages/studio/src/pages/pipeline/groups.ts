import type { PipelineStageView } from '../../api/index.ts';

/** The stages of each foreach and matrix that has more than one. */
export function groupsOf(stages: readonly PipelineStageView[]): ReadonlyMap<string, readonly PipelineStageView[]> {
  const groups = new Map<string, PipelineStageView[]>();
  for (const stage of stages) {
    if (stage.group === null) continue;
    const known = groups.get(stage.group);
    if (known) known.push(stage);
    else groups.set(stage.group, [stage]);
  }
  return new Map([...groups].filter(([, members]) => members.length > 1));
}
