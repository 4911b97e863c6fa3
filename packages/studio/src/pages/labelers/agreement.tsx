import type { Comparison } from '../../api/index.ts';
import { count, percent } from '../../ui/format.ts';
import { Panel } from '../../ui/page.tsx';
import { ScoreList } from '../../ui/score-list.tsx';
import styles from './agreement.module.css';
import { KappaMap } from './kappa-map.tsx';

/** How far the labelers agree with each other, beyond chance. */
export function Agreement({ comparison }: { readonly comparison: Comparison }) {
  const { fleiss, krippendorff, confidence, items } = comparison;
  return (
    <Panel title="With each other" hint={`${count(items)} texts`}>
      <div className={styles.agreement}>
        <KappaMap comparison={comparison} />
        <ScoreList
          caption={`All together, with ${percent(confidence, 0)} interval`}
          from={-0.2}
          rows={[
            { name: 'Fleiss’ κ', what: `${count(fleiss.items)} texts that all labelled`, ...fleiss },
            { name: 'Krippendorff’s α', what: 'nominal', ...krippendorff },
            ...(krippendorff.ordinal === undefined
              ? []
              : [
                  {
                    name: 'Krippendorff’s α, ordinal',
                    what: 'near misses count less',
                    value: krippendorff.ordinal,
                    low: undefined,
                    high: undefined,
                  },
                ]),
          ]}
        />
      </div>
    </Panel>
  );
}
