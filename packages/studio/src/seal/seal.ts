import { useSyncExternalStore } from 'react';
import { api, read } from '../api/index.ts';
import type { Standing } from '../ui/seal.tsx';
import { readAlarm, readMark, writeAlarm, writeMark } from './mark.ts';
import type { LedgerClaim, Verification } from './verify-ledger.ts';

interface SealState {
  readonly standing: Standing;
  /** Why it is broken. */
  readonly problem?: string;
  readonly progress?: { readonly done: number; readonly total: number };
  /** The last computation of the whole ledger in this page. */
  readonly verified?: Verification;
  /** Why the last computation did not come to an end, as when the server went away. */
  readonly stopped?: string;
}

let state: SealState = { standing: 'unchecked' };
const listeners = new Set<() => void>();

export function useSeal(): SealState {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}

/** Checks the signature of what the server says now; called whenever that changes. */
export async function checkSeal(claim: LedgerClaim): Promise<void> {
  const { checkCheckpoint } = await import('./verify-ledger.ts');
  try {
    const mark = readMark(localStorage, claim.origin);
    // What the ledger says of its keys is asked for only when the key is another one than before.
    const isOther = mark !== undefined && mark.vkey !== claim.vkey && claim.keys === undefined;
    const signed = checkCheckpoint(isOther ? await read(api.ledger.$get()) : claim, mark);
    // A signature that holds does not mend a tree that was found broken: only computing it again does.
    const problem = readAlarm(localStorage, claim.origin);
    if (problem !== undefined) return change({ ...state, standing: 'broken', problem });
    if (!signed) return change({ ...state, standing: 'empty' });
    change({ ...state, standing: state.verified?.mark.root === signed.root ? 'verified' : 'signed' });
  } catch (error) {
    change({ standing: 'broken', problem: messageOf(error) });
  }
}

/** Fetches every entry and computes the ledger again. */
export async function verifySeal(): Promise<void> {
  const { BrokenSeal, verifyLedger } = await import('./verify-ledger.ts');
  change({ ...state, progress: { done: 0, total: 0 } });
  let origin: string | undefined;
  try {
    const claim = await read(api.ledger.$get());
    origin = claim.origin;
    const verified = await verifyLedger(
      claim,
      readMark(localStorage, claim.origin),
      async (start) =>
        (await read(api.ledger.entries.$get({ query: { start: String(start), limit: '1000' } }))).entries,
      (done, total) => change({ ...state, progress: { done, total } }),
    );
    if (!verified) return change({ standing: 'empty' });
    writeMark(localStorage, claim.origin, verified.mark);
    writeAlarm(localStorage, claim.origin, undefined);
    change({ standing: 'verified', verified });
  } catch (error) {
    if (error instanceof BrokenSeal) {
      if (origin !== undefined) writeAlarm(localStorage, origin, error.message);
      change({ standing: 'broken', problem: error.message });
    } else {
      const { progress: _, ...before } = state;
      change({ ...before, stopped: messageOf(error) });
    }
  }
}

function change(next: SealState): void {
  state = next;
  for (const listener of listeners) listener();
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
