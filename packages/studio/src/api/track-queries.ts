import { queryOptions } from '@tanstack/react-query';
import type { TrackedRecordView, TrackPlan, TrackSubmission } from 'assay/api';
import { api, read } from './client.ts';

/** Asked again when the ledger grows: see app/live.ts. */
export const TRACK = 'track';

const at = (asOf: string | undefined) => (asOf === undefined ? {} : { asOf });
/** An id with a `/` in it is one part of the path. */
const named = (kind: string, id: string) => ({ kind, id: encodeURIComponent(id) });
const one = api.track[':kind'][':id'];

export const trackSearchQuery = (q: string, asOf: string | undefined) =>
  queryOptions({
    queryKey: [TRACK, 'search', q, asOf],
    queryFn: () => read(api.track.$get({ query: { q, limit: '200', ...at(asOf) } })),
    placeholderData: (previous) => previous,
    retry: false,
  });

export const trackStatisticsQuery = queryOptions({
  queryKey: [TRACK, 'statistics'],
  queryFn: () => read(api['track-statistics'].$get()),
});

export const trackedRecordQuery = (kind: string, id: string, revision: string | undefined) =>
  queryOptions({
    queryKey: [TRACK, 'record', kind, id, revision],
    queryFn: () => read(one.$get({ param: named(kind, id), query: revision === undefined ? {} : { revision } })),
    placeholderData: (previous: TrackedRecordView | undefined) =>
      previous?.record.kind === kind && previous.record.id === id ? previous : undefined,
  });

export const trackDiffQuery = (kind: string, id: string, a: string, b: string) =>
  queryOptions({
    queryKey: [TRACK, 'diff', kind, id, a, b],
    queryFn: () => read(one.diff.$get({ param: named(kind, id), query: { a, b } })),
    retry: false,
  });

/** What sealing would do; nothing is recorded. */
export const trackPlanQuery = (kind: string, id: string, submission: TrackSubmission) =>
  queryOptions({
    queryKey: ['track-plan', kind, id, submission],
    queryFn: (): Promise<TrackPlan> => read(one.plan.$post({ param: named(kind, id), json: submission })),
    retry: false,
    staleTime: 0,
    gcTime: 0,
  });

export const createTracked = (kind: string, id: string, submission: TrackSubmission) =>
  read(one.create.$post({ param: named(kind, id), json: submission }));
export const updateTracked = (kind: string, id: string, submission: TrackSubmission) =>
  read(one.update.$post({ param: named(kind, id), json: submission }));
export const rollBackTracked = (kind: string, id: string, change: { to: string; note?: string; base: string }) =>
  read(one.rollback.$post({ param: named(kind, id), json: change }));
export const retireTracked = (kind: string, id: string, change: { note?: string; base: string }) =>
  read(one.retire.$post({ param: named(kind, id), json: change }));
export const redactTracked = (
  kind: string,
  id: string,
  change: { revisions: string[]; reason: string; base: string },
) => read(one.redact.$post({ param: named(kind, id), json: change }));
