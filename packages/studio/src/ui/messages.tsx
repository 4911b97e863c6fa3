import { Button, Skeleton } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { ApiError } from '../api/index.ts';
import { Command } from './command.tsx';
import styles from './messages.module.css';

/** What stands where nothing is yet: why, and the one command that fills it. */
export function Empty({ children, command }: { readonly children: ReactNode; readonly command?: string }) {
  return (
    <div className={styles.empty}>
      <p>{children}</p>
      {command && <Command line={command} />}
    </div>
  );
}

/** What went wrong, in the server's own words. */
export function Failure({ error, again }: { readonly error: unknown; readonly again?: () => void }) {
  const known = error instanceof ApiError ? error : undefined;
  return (
    <div className={styles.failure} role="alert" data-meaning="failed">
      <IconAlertTriangle size={18} aria-hidden />
      <div className={styles.words}>
        <p className={styles.message}>{error instanceof Error ? error.message : String(error)}</p>
        {known?.hint && <p>{known.hint}</p>}
        {known?.code && <code>{known.code}</code>}
        {again && (
          <Button size="compact-sm" variant="default" onClick={again}>
            Try again
          </Button>
        )}
      </div>
    </div>
  );
}

/** Room for what is on its way, as high as it will be. */
export function Loading({ height }: { readonly height: number }) {
  return (
    <div role="status">
      <span className={styles.hidden}>Loading</span>
      <Skeleton height={height} radius="md" />
    </div>
  );
}
