import { Button } from '@mantine/core';
import { IconFileCertificate } from '@tabler/icons-react';
import type { ReactNode } from 'react';

interface ProofDownloadProps {
  /** Where the server makes it. */
  readonly href: string;
  readonly children: ReactNode;
}

/** Saves what proves something to a stranger: a receipt, or a proof. */
export function ProofDownload({ href, children }: ProofDownloadProps) {
  return (
    <Button
      component="a"
      href={href}
      download
      variant="default"
      size="xs"
      leftSection={<IconFileCertificate size={16} aria-hidden />}
    >
      {children}
    </Button>
  );
}
