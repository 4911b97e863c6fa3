import { ActionIcon, NativeSelect, TextInput } from '@mantine/core';
import { IconArrowsExchange } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { CHANGES_A_PAGE, type DataDiffView, dataDiffQuery, useLook } from '../../api/index.ts';
import { count, counted } from '../../ui/format.ts';
import { Empty, Failure, Loading } from '../../ui/messages.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { Pager } from '../../ui/pager.tsx';
import { Refresh } from '../../ui/refresh.tsx';
import { RevisionPicker } from '../../ui/revision-picker.tsx';
import { ChangeTable } from './change-table.tsx';
import styles from './data-diff-page.module.css';
import { FilePanel } from './file-panel.tsx';

const route = getRouteApi('/data/diff');
const kinds = ['added', 'deleted', 'modified', 'renamed'] as const;

export function DataDiffPage() {
  const search = route.useSearch();
  const { from = 'HEAD', to = 'workspace' } = search;
  const navigate = route.useNavigate();
  const look = useLook();
  // What commits say does not change with the workspace.
  const concerns = from === 'workspace' || to === 'workspace' ? look : 'commits';
  const choice = { ...search, from, to, offset: search.offset ?? 0 };
  const { data, error, refetch, isPlaceholderData } = useQuery({
    ...dataDiffQuery(choice, concerns),
    placeholderData: keepPreviousData,
  });
  const choose = (revisions: { from?: string; to?: string }) =>
    void navigate({ search: { from, to, place: search.place, ...revisions } });
  return (
    <Page title="What differs" above={<Link to="/data">Data</Link>} actions={<Refresh />}>
      <div className={styles.revisions}>
        <RevisionPicker label="From" value={from} onChoose={(name) => choose({ from: name })} />
        <ActionIcon
          variant="default"
          size={30}
          aria-label="Exchange the two"
          className={styles.exchange}
          onClick={() => choose({ from: to, to: from })}
        >
          <IconArrowsExchange size={16} aria-hidden />
        </ActionIcon>
        <RevisionPicker label="To" value={to} onChoose={(name) => choose({ to: name })} />
      </div>
      {error && <Failure error={error} again={() => void refetch()} />}
      {!data && !error && <Loading height={360} />}
      {data && !error && <Changes diff={data} isOld={isPlaceholderData} look={concerns} />}
    </Page>
  );
}

interface ChangesProps {
  readonly diff: DataDiffView;
  /** Still of the choice before. */
  readonly isOld: boolean;
  readonly look: string;
}

function Changes({ diff, isOld, look }: ChangesProps) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { text, kind, place, offset = 0 } = search;
  const all = kinds.reduce((sum, one) => sum + diff.counts[one], 0);
  const chosen = diff.items.find(({ path }) => path === search.file);
  const filter = (part: Partial<typeof search>) =>
    void navigate({
      search: { ...search, offset: undefined, file: undefined, ...part },
      replace: true,
      resetScroll: false,
    });
  return (
    <>
      {diff.unknown.length > 0 && <Unknown folders={diff.unknown} />}
      <div className={styles.parts} data-chosen={chosen !== undefined}>
        <Panel
          title={all === 0 ? 'Nothing differs' : counted(diff.total, 'file')}
          hint={diff.total < all ? `of ${count(all)}` : ''}
          actions={
            all > 0 && (
              <>
                {diff.places.length > 1 && (
                  <NativeSelect
                    size="xs"
                    aria-label="Tracked data"
                    className={styles.place}
                    data={[{ value: '', label: 'all tracked data' }, ...diff.places.map(({ path }) => path)]}
                    value={place ?? ''}
                    onChange={({ currentTarget: { value } }) => filter({ place: value || undefined })}
                  />
                )}
                <NativeSelect
                  size="xs"
                  aria-label="Kind of change"
                  data={[
                    { value: '', label: `every change (${count(all)})` },
                    ...kinds.map((one) => ({ value: one, label: `${one} (${count(diff.counts[one])})` })),
                  ]}
                  value={kind ?? ''}
                  onChange={({ currentTarget: { value } }) => filter({ kind: kinds.find((one) => one === value) })}
                />
                <TextInput
                  size="xs"
                  type="search"
                  aria-label="Part of the path"
                  placeholder="part of the path"
                  value={text ?? ''}
                  onChange={({ currentTarget: { value } }) => filter({ text: value || undefined })}
                />
              </>
            )
          }
          flush
        >
          {diff.items.length === 0 ? (
            <Empty>
              {all === 0
                ? `The tracked data of ${diff.from.name} and of ${diff.to.name} is the same.`
                : 'No change is like that.'}
            </Empty>
          ) : (
            <div className={styles.changes} data-old={isOld}>
              <ChangeTable items={diff.items} chosen={search.file} />
            </div>
          )}
        </Panel>
        {chosen && <FilePanel key={chosen.path} change={chosen} from={diff.from.name} to={diff.to.name} look={look} />}
      </div>
      <Pager
        of="changes"
        size={CHANGES_A_PAGE}
        offset={offset}
        total={diff.total}
        onMove={(to) => filter({ offset: to || undefined })}
      />
    </>
  );
}

/** Folders that nothing can be said of. */
function Unknown({ folders }: { readonly folders: readonly string[] }) {
  return (
    <p className={styles.unknown} role="note" data-meaning="running">
      The cache does not have the list of files of {folders.join(', ')} in one of the two: what changed inside cannot be
      told.
      <code> assay fetch -A</code> brings it.
    </p>
  );
}
