import type { TrackedRecordView } from '../../api/index.ts';
import { counted } from '../../ui/format.ts';
import { Panel } from '../../ui/page.tsx';
import styles from './metrics.module.css';

interface MetricsProps {
  readonly metrics: TrackedRecordView['metrics'];
  readonly revisions: TrackedRecordView['revisions'];
}

const WIDTH = 220;
const HEIGHT = 44;
const MOST = 24;

/** Each number of the metadata over the revisions, as a line of its own scale. */
export function Metrics({ metrics, revisions }: MetricsProps) {
  const drawn = metrics.filter(({ values }) => values.filter((value) => value !== null).length > 1).slice(0, MOST);
  if (drawn.length === 0) return null;
  return (
    <Panel title="Numbers over the revisions" hint={counted(revisions.length, 'revision')}>
      <ul className={styles.metrics}>
        {drawn.map(({ path, values }) => (
          <li key={path}>
            <code>{path.replace(/^metadata\./, '')}</code>
            <Line values={values} label={path} />
            <span className={styles.last}>{values.findLast((value) => value !== null)}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Line({ values, label }: { readonly values: readonly (string | null)[]; readonly label: string }) {
  const points = values.flatMap((value, i) => (value === null ? [] : [{ i, value: Number(value), shown: value }]));
  const [low, high] = [Math.min(...points.map(({ value }) => value)), Math.max(...points.map(({ value }) => value))];
  const x = (i: number) => 4 + ((WIDTH - 8) * i) / Math.max(1, values.length - 1);
  const y = (value: number) =>
    high === low ? HEIGHT / 2 : HEIGHT - 5 - ((HEIGHT - 10) * (value - low)) / (high - low);
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      className={styles.line}
      role="img"
      aria-label={`${label}: ${points.map(({ i, shown }) => `revision ${i + 1} ${shown}`).join(', ')}`}
    >
      <polyline points={points.map(({ i, value }) => `${x(i)},${y(value)}`).join(' ')} />
      {points.map(({ i, value, shown }) => (
        <circle key={i} cx={x(i)} cy={y(value)} r="2.5">
          <title>{`revision ${i + 1}: ${shown}`}</title>
        </circle>
      ))}
    </svg>
  );
}
