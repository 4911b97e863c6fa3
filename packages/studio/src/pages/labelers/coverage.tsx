import type { Comparison } from '../../api/index.ts';
import { count, percent } from '../../ui/format.ts';
import { Label, meaningOfLabel } from '../../ui/label.tsx';
import { Panel } from '../../ui/page.tsx';
import styles from './coverage.module.css';

/** How many texts each labeler gave an answer, and which answers. */
export function Coverage({ comparison }: { readonly comparison: Comparison }) {
  const { labelers, categories, coverage, distribution, items } = comparison;
  return (
    <Panel title="What each said" hint={`of ${count(items)} texts`} flush>
      <table className={styles.coverage}>
        <thead>
          <tr>
            <th scope="col">Labeler</th>
            <th scope="col">Labelled</th>
            {categories.map((category) => (
              <th key={category} scope="col">
                <Label label={category} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {labelers.map((name) => {
            const { labelled, share } = coverage.get(name) ?? { labelled: 0, share: 0 };
            return (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>
                  {count(labelled)} <span className={styles.share}>{percent(share, 0)}</span>
                </td>
                {categories.map((category) => {
                  const times = distribution.get(name)?.get(category) ?? 0;
                  return (
                    <td key={category}>
                      {count(times)}
                      <span
                        className={styles.bar}
                        data-meaning={meaningOfLabel(category)}
                        style={{ width: `${labelled === 0 ? 0 : (100 * times) / labelled}%` }}
                        aria-hidden="true"
                      />
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </Panel>
  );
}
