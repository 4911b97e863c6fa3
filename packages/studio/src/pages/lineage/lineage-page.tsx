import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { projectQuery } from '../../api/index.ts';
import { Empty, Failure, Loading } from '../../ui/messages.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { LineageView } from './lineage-view.tsx';
import { LookUp } from './look-up.tsx';

const route = getRouteApi('/lineage');

export function LineagePage() {
  const { ref } = route.useSearch();
  const { data, error } = useQuery({ ...projectQuery, enabled: ref === undefined });
  const usual =
    data?.models.find(({ production }) => production)?.production?.hash ??
    data?.runs.find(({ record }) => record)?.record;
  const shown = ref ?? usual ?? undefined;
  return (
    <Page title="Lineage" actions={<LookUp current={shown} />}>
      {error && <Failure error={error} />}
      {shown ? (
        <LineageView key={shown} root={shown} />
      ) : data ? (
        <Panel title="Where things came from" flush>
          <Empty command="assay run pipeline.yaml">Nothing was made here yet, so nothing came from anything.</Empty>
        </Panel>
      ) : (
        !error && <Loading height={520} />
      )}
    </Page>
  );
}
