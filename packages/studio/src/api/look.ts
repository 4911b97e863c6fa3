import { type QueryClient, useIsFetching, useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';

/** What is asked of the repository begins with this; all of it grows old when the workspace is looked at again. */
export const REPOSITORY = 'repository';
/** Coming back to the window looks again, but not more often than this, in milliseconds. */
const SELDOM = 3000;

let look = { word: word(), at: Date.now() };
const listeners = new Set<() => void>();

/** A word for the last look at the workspace: the server answers the same under the same one. */
export function useLook(): string {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => look.word,
  );
}

/** Looks at the workspace again, and does so whenever the window is come back to. */
export function useWorkspace(): { readonly refresh: () => void; readonly isLooking: boolean } {
  const client = useQueryClient();
  const isLooking = useIsFetching({ queryKey: [REPOSITORY] }) > 0;
  useEffect(() => {
    const comeBack = () => {
      if (document.visibilityState === 'visible' && Date.now() - look.at > SELDOM) lookAgain(client);
    };
    window.addEventListener('focus', comeBack);
    document.addEventListener('visibilitychange', comeBack);
    return () => {
      window.removeEventListener('focus', comeBack);
      document.removeEventListener('visibilitychange', comeBack);
    };
  }, [client]);
  return { refresh: () => lookAgain(client), isLooking };
}

function lookAgain(client: QueryClient): void {
  look = { word: word(), at: Date.now() };
  for (const listener of listeners) listener();
  void client.invalidateQueries({ queryKey: [REPOSITORY] });
}

function word(): string {
  return Date.now().toString(36);
}
