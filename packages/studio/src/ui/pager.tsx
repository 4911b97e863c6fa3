import { Button } from '@mantine/core';
import styles from './pager.module.css';

interface PagerProps {
  /** What there are pages of. */
  readonly of: string;
  readonly size: number;
  readonly offset: number;
  readonly total: number;
  readonly onMove: (offset: number) => void;
}

export function Pager({ of, size, offset, total, onMove }: PagerProps) {
  const next = offset + size;
  if (offset === 0 && next >= total) return null;
  return (
    <nav className={styles.pager} aria-label={`Pages of ${of}`}>
      <Button variant="default" disabled={offset === 0} onClick={() => onMove(Math.max(0, offset - size))}>
        Back
      </Button>
      <Button variant="default" disabled={next >= total} onClick={() => onMove(next)}>
        Next
      </Button>
    </nav>
  );
}
