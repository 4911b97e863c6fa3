import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import type { Evaluation, SystemScores } from '../../api/index.ts';
import { percent } from '../../ui/format.ts';
import { Panel } from '../../ui/page.tsx';
import { ScoreList } from '../../ui/score-list.tsx';

const measures = [
  { value: 'macroF1', label: 'Macro F1' },
  { value: 'accuracy', label: 'Accuracy' },
] as const;

/** The model beside the majority class and every labeler, on the same test. */
export function SystemScoresPanel({ evaluation }: { readonly evaluation: Evaluation }) {
  const [measure, setMeasure] = useState<'macroF1' | 'accuracy'>('macroF1');
  const level = evaluation.systems[0]?.macroF1.level ?? 0.95;
  const rows = [...evaluation.systems]
    .sort((a, b) => b[measure].value - a[measure].value)
    .map((system) => ({
      name: system.name,
      what: whatItIs(system),
      strong: system.kind === 'model',
      ...system[measure],
    }));
  return (
    <Panel
      title="On the test, beside the others"
      actions={
        <SegmentedControl
          size="xs"
          aria-label="Measure"
          data={[...measures]}
          value={measure}
          onChange={(value) => setMeasure(value === 'accuracy' ? 'accuracy' : 'macroF1')}
        />
      }
    >
      <ScoreList
        caption={`${measure === 'macroF1' ? 'Macro F1' : 'Accuracy'} with ${percent(level, 0)} bootstrap interval`}
        rows={rows}
      />
    </Panel>
  );
}

function whatItIs({ name, kind, coverage }: SystemScores): string {
  const answers = coverage < 1 ? `answers ${percent(coverage, 0)}` : '';
  return [name.includes(kind) ? '' : kind, answers].filter((words) => words !== '').join(', ');
}
