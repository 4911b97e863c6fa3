import { useQuery } from '@tanstack/react-query';
import { trackDiffQuery } from '../../api/index.ts';
import { FieldChanges, FileDifferences } from '../../track/index.ts';
import { Empty, Failure, Loading } from '../../ui/messages.tsx';
import { Panel } from '../../ui/page.tsx';
import { SideBySide } from './side-by-side.tsx';

interface ComparedProps {
  readonly kind: string;
  readonly id: string;
  readonly a: string;
  readonly b: string;
}

/** What differs between two revisions: fields, files, and the numbers side by side. */
export function Compared({ kind, id, a, b }: ComparedProps) {
  const { data, error } = useQuery(trackDiffQuery(kind, id, a, b));
  const isSame = data && data.changes.length === 0 && data.files.length === 0;
  return (
    <Panel title={`Revision ${a} against ${b}`} hint="before and after" flush>
      {error && <Failure error={error} />}
      {!data && !error && <Loading height={200} />}
      {isSame && <Empty>Both say the same.</Empty>}
      {data && !isSame && (
        <>
          <FieldChanges changes={data.changes} />
          <FileDifferences files={data.files} />
          <SideBySide metrics={data.metrics} a={a} b={b} />
        </>
      )}
    </Panel>
  );
}
