import type { MeaningName } from '../theme/tokens.ts';
import styles from './label.module.css';

const looks: Readonly<Record<string, readonly [MeaningName, string]>> = {
  negative: ['negative', '−'],
  neutral: ['neutral', '○'],
  positive: ['positive', '+'],
};

/** A label that a text was given; sentiments in their colour and with a sign. */
export function Label({ label }: { readonly label: string | null | undefined }) {
  if (label === null || label === undefined) return <span className={styles.none}>none</span>;
  const [meaning, sign] = looks[label] ?? ['neutral', ''];
  return (
    <span className={styles.label} data-meaning={meaning}>
      {sign !== '' && <span aria-hidden="true">{sign}</span>}
      {label}
    </span>
  );
}

export function meaningOfLabel(label: string): MeaningName {
  return looks[label]?.[0] ?? 'neutral';
}
