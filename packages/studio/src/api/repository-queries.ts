import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { ChangeKind } from 'assay/api';
import { api, read } from './client.ts';
import { REPOSITORY } from './look.ts';

/** What is asked of the DVC repository. The workspace is looked at again when a person comes back or says so, not by the clock. */
const kept = { staleTime: Number.POSITIVE_INFINITY, refetchOnWindowFocus: false } as const;

export const revisionsQuery = queryOptions({
  queryKey: [REPOSITORY, 'revisions'],
  queryFn: () => read(api.revisions.$get()),
  ...kept,
});

export const trackedQuery = queryOptions({
  queryKey: [REPOSITORY, 'data'],
  queryFn: () => read(api.data.$get()),
  ...kept,
});

export const dataStatesQuery = queryOptions({
  queryKey: [REPOSITORY, 'states'],
  queryFn: () => read(api.data.states.$get()),
  ...kept,
});

/** Asked only when a person wants it: it may go over a network. */
export const remoteStatesQuery = queryOptions({
  queryKey: ['remote-states'],
  queryFn: () => read(api.data['remote-states'].$get()),
  enabled: false,
  retry: false,
  ...kept,
});

export const historyQuery = (path: string, all: boolean) =>
  infiniteQueryOptions({
    queryKey: [REPOSITORY, 'history', path, all],
    queryFn: ({ pageParam }) =>
      read(api.data.history.$get({ query: { path, all: all ? 'true' : 'false', offset: String(pageParam) } })),
    initialPageParam: 0,
    getNextPageParam: (page) => page.next,
    ...kept,
  });

export interface DiffChoice {
  readonly from: string;
  readonly to: string;
  readonly text?: string | undefined;
  readonly kind?: ChangeKind | undefined;
  readonly place?: string | undefined;
  readonly offset: number;
}

export const CHANGES_A_PAGE = 100;

export const dataDiffQuery = ({ from, to, text, kind, place, offset }: DiffChoice, look: string) =>
  queryOptions({
    // The look stands for the workspace: with it in the key nothing is asked twice.
    queryKey: ['data-diff', from, to, text, kind, place, offset, look],
    queryFn: () =>
      read(
        api.data.diff.$get({
          query: {
            from,
            to,
            look,
            ...(text ? { text } : {}),
            ...(kind ? { kind } : {}),
            ...(place ? { place } : {}),
            offset: String(offset),
            limit: String(CHANGES_A_PAGE),
          },
        }),
      ),
    placeholderData: (previous) => previous,
    ...kept,
  });

/** @param rev undefined where there is no such side */
export const dataTextQuery = (rev: string | undefined, path: string, look: string) =>
  queryOptions({
    queryKey: ['data-text', rev, path, look],
    queryFn: () => read(api.data.text.$get({ query: { rev: rev ?? '', path } })),
    enabled: rev !== undefined,
    ...kept,
  });

export const pipelineQuery = queryOptions({
  queryKey: [REPOSITORY, 'pipeline'],
  queryFn: () => read(api.pipeline.$get()),
  ...kept,
});

export const pipelineStatesQuery = queryOptions({
  queryKey: [REPOSITORY, 'pipeline-states'],
  queryFn: () => read(api.pipeline.states.$get()),
  ...kept,
});

export type ExperimentScope = 'head' | 'branches' | 'past';

export const experimentsQuery = (scope: ExperimentScope) =>
  queryOptions({
    queryKey: [REPOSITORY, 'experiments', scope],
    queryFn: () => read(api.experiments.$get({ query: { scope } })),
    ...kept,
  });

export const plotsQuery = (revisions: readonly string[]) =>
  queryOptions({
    queryKey: [REPOSITORY, 'plots', ...revisions],
    queryFn: () => read(api.plots.$get({ query: { rev: [...revisions] } })),
    ...kept,
  });
