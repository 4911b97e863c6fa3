import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type SubmitEvent, useEffect, useState } from 'react';
import { trackSearchQuery } from '../../api/index.ts';
import { counted } from '../../ui/format.ts';
import { Empty, Failure, Loading } from '../../ui/messages.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { Statistics } from './statistics.tsx';
import styles from './track-page.module.css';
import { TrackTable } from './track-table.tsx';

const route = getRouteApi('/track');

/** What a team tracks of any kind: found by its fields, now or as of a time, and counted. */
export function TrackPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Page
      title="Track"
      facts={<span>Anything that has a name: documents and files, each revision sealed</span>}
      actions={
        <Button renderRoot={(props) => <Link to="/track/new" {...props} />} size="xs">
          New record
        </Button>
      }
    >
      <SegmentedControl
        className={styles.views ?? ''}
        size="xs"
        aria-label="What is shown"
        data={[
          { value: 'records', label: 'Records' },
          { value: 'statistics', label: 'Statistics' },
        ]}
        value={search.view ?? 'records'}
        onChange={(view) =>
          void navigate({
            search: { ...search, view: view === 'statistics' ? 'statistics' : undefined },
            replace: true,
          })
        }
      />
      {search.view === 'statistics' ? <Statistics /> : <Found />}
    </Page>
  );
}

function Found() {
  const { q = '', asOf } = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error, refetch, isPlaceholderData } = useQuery(trackSearchQuery(q, asOf));
  const [typed, setTyped] = useState(q);
  const [time, setTime] = useState(localTime(asOf));
  useEffect(() => setTyped(q), [q]);
  useEffect(() => setTime(localTime(asOf)), [asOf]);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const then = time === '' ? undefined : new Date(time).toISOString();
    void navigate({ search: { q: typed.trim() || undefined, asOf: then } });
  };
  return (
    <>
      <form className={styles.search} onSubmit={submit} aria-label="Search">
        <TextInput
          className={styles.query ?? ''}
          label="Query"
          description="kind:experiment metrics.rmse<0.7 owner=risk since:2026-01-01, or words of the id"
          value={typed}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        />
        <TextInput
          type="datetime-local"
          label="As of"
          description="empty: now"
          value={time}
          onChange={({ currentTarget }) => setTime(currentTarget.value)}
        />
        <Button type="submit" variant="default">
          Find
        </Button>
      </form>
      {error && <Failure error={error} again={() => void refetch()} />}
      {!data && !error && <Loading height={360} />}
      {data && !error && (
        <Panel
          title="Records"
          hint={`${counted(data.items.length, 'record')}, newest first${data.items.length === 200 ? '; there may be more' : ''}`}
          flush
        >
          <div aria-busy={isPlaceholderData}>
            {data.items.length > 0 ? (
              <TrackTable records={data.items} />
            ) : q === '' && asOf === undefined ? (
              <Empty command="assay track create experiment/wine --metadata wine.json">
                Nothing is tracked yet. <Link to="/track/new">Begin a record here</Link>, or in a terminal.
              </Empty>
            ) : (
              <Empty>Nothing fits. A field is a path such as metrics.rmse; of the data, data.score.</Empty>
            )}
          </div>
        </Panel>
      )}
    </>
  );
}

/** As `<input type="datetime-local">` has it, in the clock of the person who looks. */
function localTime(asOf: string | undefined): string {
  if (asOf === undefined || Number.isNaN(Date.parse(asOf))) return '';
  const date = new Date(asOf);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
