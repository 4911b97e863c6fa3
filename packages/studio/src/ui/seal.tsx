import styles from './seal.module.css';

export type Standing = 'unchecked' | 'signed' | 'verified' | 'broken' | 'empty';

const words: Readonly<Record<Standing, string>> = {
  empty: 'nothing sealed yet',
  unchecked: 'sealed; not yet checked in this browser',
  signed: 'sealed; this browser checked the signature',
  verified: 'sealed; this browser computed the whole ledger again',
  broken: 'broken',
};

export function sealWords(standing: Standing): string {
  return words[standing];
}

/** The seal of the ledger or of a record: an octagon, whose inside says how far it was checked. */
export function Seal({ standing, size = 16 }: { readonly standing: Standing; readonly size?: number }) {
  return (
    <svg
      className={styles.seal}
      data-standing={standing}
      viewBox="0 0 16 16"
      width={size}
      height={size}
      role="img"
      aria-label={`Seal: ${words[standing]}`}
    >
      <title>{words[standing]}</title>
      <path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z" className={styles.edge} />
      {standing === 'signed' && <circle cx="8" cy="8" r="2" className={styles.mark} />}
      {standing === 'verified' && <path d="m5 8.200 2.200 2.200L11.200 6" className={styles.line} />}
      {standing === 'broken' && <path d="M9.500 1 7 6.500l2.500 1.500L6.500 15" className={styles.line} />}
    </svg>
  );
}
