import { Link } from '@tanstack/react-router';
import type { RunSummary } from '../../api/index.ts';
import { Empty } from '../../ui/messages.tsx';
import { Panel } from '../../ui/page.tsx';
import { RunTable } from '../../ui/run-table.tsx';

export function NewestRuns({ runs }: { readonly runs: readonly RunSummary[] }) {
  return (
    <Panel title="Newest runs" hint={<Link to="/runs">all runs</Link>} flush>
      {runs.length === 0 ? (
        <Empty command="assay run pipeline.yaml">Nothing has been run in this project yet.</Empty>
      ) : (
        <RunTable runs={runs} />
      )}
    </Panel>
  );
}
