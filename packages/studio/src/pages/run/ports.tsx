import { IconDownload } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { StageView } from '../../api/index.ts';
import { Digest } from '../../ui/digest.tsx';
import { bytes, counted } from '../../ui/format.ts';
import styles from './ports.module.css';

interface PortsProps {
  readonly run: string;
  readonly ports: StageView['inputs'] | StageView['outputs'];
}

/** What a stage used or made: the port, where it lay, its size and digest. */
export function Ports({ run, ports }: PortsProps) {
  if (ports.length === 0) return <p className={styles.none}>None.</p>;
  return (
    <div className={styles.scroll}>
      <table className={styles.ports}>
        <tbody>
          {ports.map((one) => (
            <tr key={one.port}>
              <th scope="row">{one.port}</th>
              <td className={styles.path}>
                {one.path}
                {'from' in one && one.from && (
                  <span className={styles.from}>
                    {' made by '}
                    <Link to="/runs/$run" params={{ run }} search={{ stage: one.from.stage }} resetScroll={false}>
                      {one.from.stage}
                    </Link>
                  </span>
                )}
                {one.object && 'files' in one.object && one.object.kind === 'directory' && (
                  <span className={styles.from}> {counted(one.object.files, 'file')}</span>
                )}
                {'role' in one && one.role !== 'artifact' && <span className={styles.from}> {one.role}</span>}
              </td>
              <td className={styles.size}>{one.object && 'size' in one.object && bytes(one.object.size)}</td>
              <td>{one.object ? <Digest hex={one.object.sha256} what="SHA-256" /> : 'not known yet'}</td>
              <td>
                {one.object && (
                  <a
                    href={`/api/objects/${one.object.sha256}?name=${encodeURIComponent(fileName(one.path))}`}
                    download
                    aria-label={`Download ${one.path}`}
                  >
                    <IconDownload size={14} aria-hidden />
                  </a>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
