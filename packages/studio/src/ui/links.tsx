import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

/** A run by the beginning of its id. */
export function RunLink({ run, stage, children }: { run: string; stage?: string; children?: ReactNode }) {
  return (
    <Link to="/runs/$run" params={{ run }} search={stage ? { stage } : {}}>
      {children ?? <code title={run}>{shortRun(run)}</code>}
    </Link>
  );
}

export function RecordLink({ hash, children }: { hash: string; children?: ReactNode }) {
  return (
    <Link to="/records/$ref" params={{ ref: hash }}>
      {children ?? <code title={hash}>{hash.slice(0, 10)}</code>}
    </Link>
  );
}

/** Enough of an id to tell it from others, as the command line writes it. */
export function shortRun(run: string): string {
  return run.slice(0, 12);
}

/** The differences of tracked data between two revisions. */
export function DiffLink({
  from,
  to,
  place,
  children,
}: {
  from: string;
  to: string;
  place?: string | undefined;
  children: ReactNode;
}) {
  return (
    <Link to="/data/diff" search={{ from, to, ...(place ? { place } : {}) }}>
      {children}
    </Link>
  );
}
