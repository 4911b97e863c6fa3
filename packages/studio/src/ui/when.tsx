import { useEffect, useState } from 'react';
import { ago, instant } from './format.ts';

/** How long ago, kept up to date; the full time on hover and for machines. */
export function When({ at }: { readonly at: string }) {
  const now = useNow(15_000);
  return (
    <time dateTime={at} title={`${instant(at)} (${at})`}>
      {ago(at, now)}
    </time>
  );
}

/** The full time, in the clock of the person who looks. */
export function Instant({ at }: { readonly at: string }) {
  return (
    <time dateTime={at} title={at}>
      {instant(at)}
    </time>
  );
}

/** Milliseconds since 1970, renewed every `every` milliseconds; 0 stops it. */
export function useNow(every: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (every === 0) return;
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}
