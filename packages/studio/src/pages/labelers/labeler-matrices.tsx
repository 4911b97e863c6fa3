import type { Comparison } from '../../api/index.ts';
import { ConfusionMatrix } from '../../ui/confusion-matrix.tsx';
import { Panel } from '../../ui/page.tsx';
import styles from './labeler-matrices.module.css';

/** What each labeler said of texts of each reference label. */
export function LabelerMatrices({ comparison }: { readonly comparison: Comparison }) {
  const { reference, againstReference, categories } = comparison;
  if (!reference) return null;
  return (
    <Panel title="Where each errs" hint="stronger ground: a larger share of the row; framed: agreement">
      <div className={styles.matrices}>
        {[...againstReference].map(([name, scores]) => (
          <ConfusionMatrix
            key={name}
            caption={name}
            of="reference"
            by={name}
            rows={categories}
            columns={categories}
            counts={scores.confusion}
          />
        ))}
      </div>
    </Panel>
  );
}
