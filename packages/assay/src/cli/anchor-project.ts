import { join } from 'node:path';
import { type Anchoring, loadAccount, openRpc, type Rpc } from '../anchors/index.ts';
import { AssayError } from '../errors.ts';
import { ledgerVerifiers, signCheckpoint } from '../records/index.ts';
import { type AnchorConfig, acquireLock, assayHome, projectConfig } from '../workspace/index.ts';
import type { Context } from './context.ts';

/** @throws AssayError `ASSAY_ANCHOR_CONFIG` when assay.yaml has no such section */
export function anchorConfig(context: Context): AnchorConfig {
  const { anchor } = projectConfig(context.project());
  if (anchor) return anchor;
  throw new AssayError('ASSAY_ANCHOR_CONFIG', 'assay.yaml does not say where checkpoints are anchored', {
    hint: 'Run `assay anchor deploy`, or write `anchor:` with `chain` and `contract`.',
  });
}

/** The node: named for this call, or by `ASSAY_ANCHOR_RPC`, or in assay.yaml. @throws AssayError `ASSAY_ANCHOR_CONFIG` */
export function anchorRpc(context: Context, signal: AbortSignal, named?: string): Rpc {
  return openRpc(
    named ?? context.environment.ASSAY_ANCHOR_RPC ?? projectConfig(context.project()).anchor?.rpc ?? '',
    signal,
  );
}

export function anchorAccount(context: Context) {
  return loadAccount(context.environment, assayHome(context.environment), context.project().root);
}

export function pendingFile(context: Context): string {
  return join(context.project().state, 'anchor-pending.json');
}

/** What anchoring works with. The caller disposes of the lock. */
export async function openAnchoring(context: Context, signal: AbortSignal, onNote: (text: string) => void) {
  const { chain, contract, from = 0, finality = 'finalized' } = anchorConfig(context);
  context.checkCanSeal();
  const { paths } = context.project();
  const account = await anchorAccount(context);
  const signer = context.signer();
  const [verifier] = ledgerVerifiers(signer.vkey);
  const lock = await acquireLock(paths.locks, 'anchor', { command: 'assay anchor', now: context.clock() });
  const work: Anchoring = {
    records: await context.records(),
    objects: context.objects(),
    rpc: anchorRpc(context, signal),
    account,
    at: { chain, contract, from },
    sign: (checkpoint) => signCheckpoint(checkpoint, signer, verifier!),
    pendingFile: pendingFile(context),
    waiting: { finality, signal, onNote },
  };
  return { work, lock };
}
