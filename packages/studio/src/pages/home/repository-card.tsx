import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { dataStatesQuery, pipelineQuery, pipelineStatesQuery, trackedQuery } from '../../api/index.ts';
import { Facts } from '../../ui/facts.tsx';
import { bytes, counted } from '../../ui/format.ts';
import { Panel } from '../../ui/page.tsx';
import { Head } from '../../ui/revision.tsx';

/** What the DVC repository holds, and what of it has changed. */
export function RepositoryCard() {
  const { data: tracked } = useQuery(trackedQuery);
  const { data: states } = useQuery(dataStatesQuery);
  const { data: pipeline } = useQuery(pipelineQuery);
  const { data: stale } = useQuery(pipelineStatesQuery);
  const size = tracked?.items.reduce((sum, one) => sum + (one.size ?? 0), 0) ?? 0;
  const stages = pipeline?.stages.filter(({ kind }) => kind === 'stage') ?? [];
  const notUpToDate = stages.filter(({ id }) => stale?.changed.some((one) => one.id === id)).length;
  return (
    <Panel title="Repository" hint={<Head />}>
      <Facts
        facts={[
          [
            'Data',
            <span key="data">
              <Link to="/data">
                {tracked ? counted(tracked.items.length, 'file or folder', 'files and folders') : '…'}
              </Link>
              {tracked && `, ${bytes(size)}`}
              {states && (states.changed.length === 0 ? ', clean' : `, ${states.changed.length} changed`)}
            </span>,
          ],
          [
            'Pipeline',
            <span key="pipeline">
              <Link to="/pipeline">{pipeline ? counted(stages.length, 'stage') : '…'}</Link>
              {stale && stages.length > 0 && (notUpToDate === 0 ? ', up to date' : `, ${notUpToDate} changed`)}
            </span>,
          ],
          [
            'Experiments',
            <Link key="experiments" to="/experiments">
              compare them
            </Link>,
          ],
        ]}
      />
    </Panel>
  );
}
