import { Button } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useWorkspace } from '../api/index.ts';

/** Looks at the workspace again. */
export function Refresh() {
  const { refresh, isLooking } = useWorkspace();
  return (
    <Button
      size="xs"
      variant="default"
      loading={isLooking}
      onClick={refresh}
      leftSection={<IconRefresh size={14} aria-hidden />}
    >
      Refresh
    </Button>
  );
}
