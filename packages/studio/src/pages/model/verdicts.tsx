import { IconArrowDown, IconArrowUp, IconEqual } from '@tabler/icons-react';
import type { Evaluation, Verdict } from '../../api/index.ts';
import { score, signed } from '../../ui/format.ts';
import { Panel } from '../../ui/page.tsx';
import styles from './verdicts.module.css';

/** In sentences: against what the model is better, where it loses, and how sure that is. */
export function Verdicts({ evaluation }: { readonly evaluation: Evaluation }) {
  return (
    <Panel title="Verdict" hint="paired bootstrap on the same texts">
      <ul className={styles.list}>
        {evaluation.verdicts.map((verdict) => (
          <li key={verdict.against}>
            <Mark verdict={verdict} />
            <span>
              {sentence(verdict)}
              <span className={styles.figures}>
                {signed(verdict.difference.value)} [{signed(verdict.difference.low)}, {signed(verdict.difference.high)}]
                macro F1, {pValue(verdict.pValue)}; McNemar’s exact test {pValue(verdict.mcnemarPValue)}
              </span>
            </span>
          </li>
        ))}
      </ul>
      {evaluation.summary.slice(evaluation.verdicts.length).map((line) => (
        <p key={line} className={styles.more}>
          {line}
        </p>
      ))}
      {evaluation.warnings.map((line) => (
        <p key={line} className={styles.more}>
          {line}
        </p>
      ))}
    </Panel>
  );
}

function pValue(value: number): string {
  return value < 0.001 ? 'p < 0.001' : `p = ${score(value)}`;
}

function sentence({ against, verdict }: Verdict): string {
  if (verdict === 'better') return `The model is better than ${against}. `;
  if (verdict === 'worse') return `The model loses to ${against}. `;
  return `There is no clear difference from ${against}. `;
}

function Mark({ verdict: { verdict } }: { readonly verdict: Verdict }) {
  const [Icon, meaning] =
    verdict === 'better'
      ? ([IconArrowUp, 'done'] as const)
      : verdict === 'worse'
        ? ([IconArrowDown, 'failed'] as const)
        : ([IconEqual, 'neutral'] as const);
  return (
    <span className={styles.mark} data-meaning={meaning}>
      <Icon size={14} aria-hidden />
    </span>
  );
}
