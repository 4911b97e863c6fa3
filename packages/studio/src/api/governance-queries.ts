import { queryOptions } from '@tanstack/react-query';
import { api, read } from './client.ts';

/** What is asked about approvals. */
export const governanceQuery = queryOptions({
  queryKey: ['approvals', 'governance'],
  queryFn: () => read(api.governance.$get()),
});

export const proposalsQuery = queryOptions({
  queryKey: ['approvals', 'proposals'],
  queryFn: () => read(api.proposals.$get()),
});

export const proposalQuery = (id: string) =>
  queryOptions({
    queryKey: ['approvals', 'proposal', id],
    queryFn: () => read(api.proposals[':proposal'].$get({ param: { proposal: encodeURIComponent(id) } })),
  });
