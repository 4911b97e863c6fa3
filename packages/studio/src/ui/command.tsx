import { ActionIcon, CopyButton } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import styles from './command.module.css';

/** A command to type in a terminal, with a button that copies it. */
export function Command({ line }: { readonly line: string }) {
  return (
    <span className={styles.command}>
      <code>
        <span aria-hidden>$ </span>
        {line}
      </code>
      <CopyButton value={line} timeout={1500}>
        {({ copied, copy }) => (
          <ActionIcon variant="subtle" size="sm" onClick={copy} aria-label={copied ? 'Copied' : `Copy ${line}`}>
            {copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
          </ActionIcon>
        )}
      </CopyButton>
    </span>
  );
}
