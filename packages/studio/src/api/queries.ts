import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, read } from './client.ts';
import { parseComparison } from './comparison.ts';
import { parseEvaluation } from './evaluation.ts';

/** What is asked of the server. The first word of a key says what must change for the answer to grow old. */

export const projectQuery = queryOptions({
  queryKey: ['project'],
  queryFn: () => read(api.project.$get()),
});

export const runsQuery = infiniteQueryOptions({
  queryKey: ['runs'],
  queryFn: ({ pageParam }) =>
    read(api.runs.$get({ query: { limit: '100', ...(pageParam === null ? {} : { before: pageParam }) } })),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next,
});

export const runQuery = (run: string) =>
  queryOptions({
    queryKey: ['run', run],
    queryFn: () => read(api.runs[':run'].$get({ param: { run } })),
  });

export const comparisonQuery = (run: string) =>
  queryOptions({
    queryKey: ['run', run, 'comparison'],
    queryFn: async () => {
      const { comparison, ...rest } = await read(api.runs[':run'].comparison.$get({ param: { run } }));
      return { ...rest, comparison: parseComparison(comparison) };
    },
  });

export const modelsQuery = queryOptions({
  queryKey: ['models'],
  queryFn: () => read(api.models.$get()),
});

export const modelQuery = (name: string) =>
  queryOptions({
    queryKey: ['models', name],
    queryFn: () => read(api.models[':name'].$get({ param: { name } })),
  });

export const evaluationQuery = (name: string, version: string) =>
  queryOptions({
    queryKey: ['evaluation', name, version],
    queryFn: async () => {
      const param = { name, version };
      const { evaluation, object } = await read(api.models[':name'].versions[':version'].evaluation.$get({ param }));
      return { object, evaluation: parseEvaluation(evaluation) };
    },
    staleTime: Number.POSITIVE_INFINITY,
  });

export interface ParagraphFilter {
  readonly part?: 'train' | 'dev' | 'test' | undefined;
  readonly correct?: 'true' | 'false' | undefined;
  readonly offset: number;
}

export const PARAGRAPHS_A_PAGE = 50;

export const paragraphsQuery = (name: string, version: string, { part, correct, offset }: ParagraphFilter) =>
  queryOptions({
    queryKey: ['paragraphs', name, version, part, correct, offset],
    queryFn: () =>
      read(
        api.models[':name'].versions[':version'].paragraphs.$get({
          param: { name, version },
          query: {
            limit: String(PARAGRAPHS_A_PAGE),
            offset: String(offset),
            ...(part ? { part } : {}),
            ...(correct ? { correct } : {}),
          },
        }),
      ),
    placeholderData: (previous) => previous,
    staleTime: Number.POSITIVE_INFINITY,
  });

export const originQuery = (name: string, version: string, paragraph: string) =>
  queryOptions({
    queryKey: ['origin', name, version, paragraph],
    queryFn: () =>
      read(api.models[':name'].versions[':version'].origin.$get({ param: { name, version }, query: { paragraph } })),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const explanationQuery = (name: string, version: string, text: string, label: string | undefined) =>
  queryOptions({
    queryKey: ['explanation', name, version, text, label],
    queryFn: () =>
      read(
        api.models[':name'].versions[':version'].explain.$post({
          param: { name, version },
          json: label === undefined ? { text } : { text, label },
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });

export const lineageQuery = (ref: string, direction: 'up' | 'down', depth: number) =>
  queryOptions({
    queryKey: ['lineage', ref, direction, depth],
    queryFn: () => read(api.lineage.$get({ query: { ref, direction, depth: String(depth) } })),
  });

export const recordsQuery = (kind: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ['records', kind],
    queryFn: ({ pageParam }) =>
      read(
        api.records.$get({
          query: {
            limit: '100',
            ...(kind ? { kind } : {}),
            ...(pageParam === null ? {} : { before: String(pageParam) }),
          },
        }),
      ),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.next,
  });

export const recordQuery = (ref: string) =>
  queryOptions({
    queryKey: ['record', ref],
    queryFn: () => read(api.records[':ref'].$get({ param: { ref: encodeURIComponent(ref) } })),
  });

export const ledgerQuery = queryOptions({
  queryKey: ['ledger'],
  queryFn: () => read(api.ledger.$get()),
});
