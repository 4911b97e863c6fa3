import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import type { Comparison, Estimate, LabelerScores } from '../../api/index.ts';
import { count, percent } from '../../ui/format.ts';
import { Empty } from '../../ui/messages.tsx';
import { Panel } from '../../ui/page.tsx';
import { ScoreList } from '../../ui/score-list.tsx';

/** Each labeler's scores against the reference, with intervals; the majority class shows what knowing nothing reaches. */
export function AgainstReference({ comparison }: { readonly comparison: Comparison }) {
  const { reference, againstReference, confidence, categories } = comparison;
  const [measure, setMeasure] = useState('macro F1');
  if (!reference) {
    return (
      <Panel title="Against a reference" flush>
        <Empty>This comparison had no reference labels. Give some: assay compare LABELS --reference FILE.</Empty>
      </Panel>
    );
  }
  const figureOf = (scores: LabelerScores): Estimate => {
    if (measure === 'accuracy') return scores.accuracy;
    if (measure === 'macro F1') return scores.macroF1;
    return new Map(scores.perClass).get(measure)?.f1 ?? { value: undefined, low: undefined, high: undefined };
  };
  const rows = [...againstReference]
    .map(([name, scores]) => ({ name, strong: true, ...figureOf(scores) }))
    .sort((a, b) => (b.value ?? -1) - (a.value ?? -1));
  const { majority } = reference;
  const floor = measure === 'macro F1' ? majority.macroF1 : measure === 'accuracy' ? majority.accuracy : undefined;
  const all =
    floor === undefined
      ? rows
      : [
          ...rows,
          { name: 'majority class', what: `always ${majority.label}`, value: floor, low: undefined, high: undefined },
        ];
  return (
    <Panel
      title={`Against the reference “${reference.name}”`}
      hint={`${count(reference.items)} texts`}
      actions={
        <SegmentedControl
          size="xs"
          aria-label="Measure"
          data={['macro F1', 'accuracy', ...categories]}
          value={measure}
          onChange={setMeasure}
        />
      }
    >
      <ScoreList
        caption={`${categories.includes(measure) ? `F1 of ${measure}` : measure} with ${percent(confidence, 0)} interval`}
        rows={all}
      />
    </Panel>
  );
}
