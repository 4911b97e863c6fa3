import { score } from '../../ui/format.ts';
import { Label, meaningOfLabel } from '../../ui/label.tsx';
import styles from './probabilities.module.css';

interface ProbabilitiesProps {
  readonly probabilities: Readonly<Record<string, number>>;
  readonly labels: readonly string[];
}

export function Probabilities({ probabilities, labels }: ProbabilitiesProps) {
  return (
    <ul className={styles.list} aria-label="Probabilities">
      {labels.map((label) => {
        const probability = probabilities[label] ?? 0;
        return (
          <li key={label}>
            <Label label={label} />
            <span className={styles.track} aria-hidden="true">
              <span data-meaning={meaningOfLabel(label)} style={{ width: `${100 * probability}%` }} />
            </span>
            <span className={styles.value}>{score(probability)}</span>
          </li>
        );
      })}
    </ul>
  );
}
