import { Button } from '@mantine/core';
import { PARAGRAPHS_A_PAGE } from '../../api/index.ts';
import styles from './pager.module.css';

interface PagerProps {
  readonly offset: number;
  readonly total: number;
  readonly onMove: (offset: number) => void;
}

export function Pager({ offset, total, onMove }: PagerProps) {
  const next = offset + PARAGRAPHS_A_PAGE;
  if (offset === 0 && next >= total) return null;
  return (
    <nav className={styles.pager} aria-label="Pages of paragraphs">
      <Button variant="default" disabled={offset === 0} onClick={() => onMove(Math.max(0, offset - PARAGRAPHS_A_PAGE))}>
        Back
      </Button>
      <Button variant="default" disabled={next >= total} onClick={() => onMove(next)}>
        Next
      </Button>
    </nav>
  );
}
