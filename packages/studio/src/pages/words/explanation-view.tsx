import { SegmentedControl } from '@mantine/core';
import type { Explanation } from '../../api/index.ts';
import { Facts } from '../../ui/facts.tsx';
import { score, signed } from '../../ui/format.ts';
import { Label } from '../../ui/label.tsx';
import { Panel } from '../../ui/page.tsx';
import { AttributionTable } from './attribution-table.tsx';
import { ColouredWords, Legend } from './coloured-words.tsx';
import styles from './explanation-view.module.css';
import { Probabilities } from './probabilities.tsx';

interface ExplanationViewProps {
  readonly explanation: Explanation;
  readonly text: string;
  readonly labels: readonly string[];
  readonly onLabel: (label: string) => void;
}

/** What the model says of a text, and how much each word spoke for or against a label. */
export function ExplanationView({ explanation, text, labels, onLabel }: ExplanationViewProps) {
  const { predicted, label, probabilities, tokens, delta } = explanation;
  const sum = tokens.reduce((total, { attribution }) => total + attribution, 0);
  return (
    <Panel
      title="Which words mattered"
      actions={
        <>
          <span className={styles.for}>for</span>
          <SegmentedControl
            size="xs"
            aria-label="Label to explain"
            data={[...labels]}
            value={label}
            onChange={onLabel}
          />
        </>
      }
    >
      <div className={styles.view}>
        <p className={styles.said}>
          The model says <Label label={predicted} /> with a probability of {score(probabilities[predicted] ?? 0)}.
        </p>
        <Probabilities probabilities={probabilities} labels={labels} />
        <ColouredWords text={text} tokens={tokens} label={label} />
        <Legend label={label} />
        <Facts
          facts={[
            [
              'Attribution score',
              `${signed(sum)}: how far the words lift the probability of “${label}” above that of an empty text`,
            ],
            ['Convergence delta', `${signed(delta)}: what the words’ shares miss of that sum; near 0 is good`],
            ['Method', 'integrated gradients, 50 steps'],
          ]}
        />
        <AttributionTable tokens={tokens} label={label} />
      </div>
    </Panel>
  );
}
