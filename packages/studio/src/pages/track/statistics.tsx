import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { trackStatisticsQuery } from '../../api/index.ts';
import { count, counted } from '../../ui/format.ts';
import { Empty, Failure, Loading } from '../../ui/messages.tsx';
import { Panel } from '../../ui/page.tsx';
import { When } from '../../ui/when.tsx';
import { Bars } from './bars.tsx';
import styles from './statistics.module.css';

/** Records by kind, person, day and event; versions over time; what changed most. */
export function Statistics() {
  const { data, error, refetch } = useQuery(trackStatisticsQuery);
  if (error) return <Failure error={error} again={() => void refetch()} />;
  if (!data) return <Loading height={520} />;
  if (data.revisions === 0) {
    return (
      <Panel title="Statistics" flush>
        <Empty>
          Nothing is tracked yet, so there is nothing to count. <Link to="/track/new">Begin a record.</Link>
        </Empty>
      </Panel>
    );
  }
  const { byKind, byPerson, byDay, byEvent, mostChanged } = data;
  const total = `${counted(data.records, 'record')}, ${counted(data.revisions, 'revision')}`;
  return (
    <>
      <div className={styles.columns}>
        <Panel title="By kind" hint={total}>
          <Bars
            rows={byKind.map(({ kind, records, revisions }) => ({
              name: kind,
              value: revisions,
              shown: `${counted(records, 'record')}, ${counted(revisions, 'revision')}`,
              search: `kind:${kind}`,
            }))}
          />
        </Panel>
        <Panel title="By person" hint="revisions">
          <Bars
            rows={byPerson.map(({ by, revisions }) => ({
              name: by.slice(0, 12),
              value: revisions,
              shown: count(revisions),
              search: `by:${by}`,
            }))}
          />
        </Panel>
        <Panel title="Over time" hint="revisions by day, UTC">
          <Bars
            rows={byDay
              .slice(-30)
              .map(({ day, revisions }) => ({ name: day, value: revisions, shown: count(revisions) }))}
          />
        </Panel>
        <Panel title="By event" hint="revisions">
          <Bars
            rows={byEvent.map(({ event, revisions }) => ({ name: event, value: revisions, shown: count(revisions) }))}
          />
        </Panel>
      </div>
      <Panel title="What changed most" hint="versions over time, oldest first">
        <ol className={styles.most}>
          {mostChanged.map(({ kind, id, revisions, versions }) => (
            <li key={`${kind}/${id}`}>
              <Link to="/track/$kind/$id" params={{ kind, id }}>
                {kind}/{id}
              </Link>{' '}
              <span className={styles.muted}>{counted(revisions, 'revision')}, the last </span>
              <span className={styles.muted}>
                <When at={versions.at(-1)!.at} />
              </span>
              <ul className={styles.versions} aria-label={`Versions of ${kind}/${id}`}>
                {versions.slice(-24).map(({ version, at, event }, i) => (
                  <li key={`${at} ${String(i)}`} title={`${event}, ${at}`} data-event={event}>
                    {version}
                  </li>
                ))}
              </ul>
            </li>
          ))}
        </ol>
      </Panel>
    </>
  );
}
