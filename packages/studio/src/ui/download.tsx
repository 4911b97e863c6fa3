import { IconDownload } from '@tabler/icons-react';
import type { ArtifactView } from '../api/index.ts';

interface DownloadProps {
  readonly artifact: Pick<ArtifactView, 'name' | 'sha256'>;
  /** What the saved file is called; its hash where this is left out. */
  readonly saveAs?: string;
}

/** Saves the bytes that an artifact's hash names. */
export function Download({ artifact, saveAs }: DownloadProps) {
  const query = saveAs === undefined ? '' : `?name=${encodeURIComponent(saveAs)}`;
  return (
    <a href={`/api/objects/${artifact.sha256}${query}`} download aria-label={`Download ${artifact.name}`}>
      <IconDownload size={14} aria-hidden />
    </a>
  );
}
