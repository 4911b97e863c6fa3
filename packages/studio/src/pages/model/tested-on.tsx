import type { Evaluation } from '../../api/index.ts';
import { count, counted } from '../../ui/format.ts';
import { Panel } from '../../ui/page.tsx';
import styles from './tested-on.module.css';

const parts = [
  ['train', 'training'],
  ['dev', 'development'],
  ['test', 'test'],
] as const;

/** How many texts were trained on, and on how many it was judged; parts share no filing. */
export function TestedOn({ evaluation }: { readonly evaluation: Evaluation }) {
  return (
    <Panel title="Trained and tested on" hint="split by filing: no filing is in two parts" flush>
      <table className={styles.parts}>
        <thead>
          <tr>
            <th scope="col">Part</th>
            <th scope="col">Texts</th>
            <th scope="col">Filings</th>
            {evaluation.labels.map((label) => (
              <th key={label} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {parts.map(([part, name]) => {
            const { texts, groups, labels } = evaluation.parts[part];
            const by = new Map(labels);
            return (
              <tr key={part}>
                <th scope="row">{name}</th>
                <td>{count(texts)}</td>
                <td title={counted(groups, 'filing')}>{count(groups)}</td>
                {evaluation.labels.map((label) => (
                  <td key={label}>{count(by.get(label) ?? 0)}</td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </Panel>
  );
}
