import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import type { StudioEvent } from 'assay/api';
import { useEffect, useState } from 'react';
import { TRACK } from '../api/index.ts';

/** How long events are gathered before what they concern is fetched again, in milliseconds. */
const GATHER = 120;

/** Follows the server's events: what changed is fetched again. Answers whether the server can be heard. */
export function useLive(): boolean {
  const client = useQueryClient();
  const [heard, setHeard] = useState(true);
  useEffect(() => {
    const events = new EventSource('/api/events');
    const waiting = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let wasLost = false;
    events.onopen = () => {
      setHeard(true);
      if (wasLost) void client.invalidateQueries();
      wasLost = false;
    };
    events.onerror = () => {
      wasLost = true;
      setHeard(false);
    };
    events.onmessage = ({ data }) => {
      waiting.add(String(data));
      timer ??= setTimeout(() => {
        timer = undefined;
        for (const one of waiting) renew(client, JSON.parse(one) as StudioEvent);
        waiting.clear();
      }, GATHER);
    };
    return () => {
      clearTimeout(timer);
      events.close();
    };
  }, [client]);
  return heard;
}

function renew(client: QueryClient, event: StudioEvent): void {
  const concerned =
    event.type === 'run'
      ? [['runs'], ['run', event.id], ['project']]
      : [['project'], ['ledger'], ['records'], ['record'], ['models'], ['lineage'], [TRACK], ['approvals']];
  for (const queryKey of concerned) void client.invalidateQueries({ queryKey });
}
