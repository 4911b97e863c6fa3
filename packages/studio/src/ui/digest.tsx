import { CopyButton, UnstyledButton } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import styles from './digest.module.css';
import { shortDigest } from './format.ts';

/** The beginning of a digest; a click copies the whole of it. */
export function Digest({ hex, what = 'digest' }: { readonly hex: string; readonly what?: string }) {
  return (
    <CopyButton value={hex} timeout={1500}>
      {({ copied, copy }) => (
        <UnstyledButton
          className={styles.digest}
          onClick={copy}
          title={hex}
          aria-label={copied ? `${what} copied` : `Copy ${what} ${hex}`}
        >
          <code>{shortDigest(hex)}</code>
          {copied ? <IconCheck size={12} aria-hidden /> : <IconCopy size={12} aria-hidden className={styles.icon} />}
        </UnstyledButton>
      )}
    </CopyButton>
  );
}
