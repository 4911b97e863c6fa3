import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { projectQuery } from '../api/index.ts';
import { checkSeal, useSeal } from '../seal/index.ts';
import { counted } from '../ui/format.ts';
import { Seal } from '../ui/seal.tsx';
import styles from './ledger-seal.module.css';

/** Small and calm: how many records are sealed, and what this browser has found of the seal. */
export function LedgerSeal() {
  const { data } = useQuery(projectQuery);
  const seal = useSeal();
  useEffect(() => {
    if (data?.ledger && data.origin !== null && data.vkey !== null) {
      void checkSeal({ origin: data.origin, vkey: data.vkey, checkpoint: data.ledger.checkpoint });
    }
  }, [data]);
  if (!data?.ledger) return <span className={styles.room} />;
  return (
    <Link to="/ledger" className={styles.seal}>
      <Seal standing={seal.standing} />
      <span className={styles.count}>{counted(data.ledger.size, 'record')}</span>
    </Link>
  );
}

/** A broken seal, on every page, until it is whole again. */
export function SealAlarm() {
  const seal = useSeal();
  if (seal.standing !== 'broken') return null;
  return (
    <div className={styles.alarm} role="alert">
      <Seal standing="broken" size={22} />
      <p>
        <strong>The ledger’s seal is broken.</strong> {seal.problem} Trust nothing shown here until it is explained.{' '}
        <Link to="/ledger">See the ledger</Link>
      </p>
    </div>
  );
}
