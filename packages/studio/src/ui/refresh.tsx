import { Button } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useWorkspace } from '../api/index.ts';
import styles from './refresh.module.css';

/** Looks at the workspace again. */
export function Refresh() {
  const { refresh, isLooking } = useWorkspace();
  return (
    <Button
      size="xs"
      variant="default"
      aria-busy={isLooking}
      onClick={refresh}
      leftSection={<IconRefresh size={14} aria-hidden className={styles.icon} data-turning={isLooking} />}
    >
      Refresh
    </Button>
  );
}
