import { join } from 'node:path';
import { type Anchoring, type Finality, loadAccount, openRpc, type Rpc } from '../anchors/index.ts';
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

/** Where the making of a contract is remembered until it is noted in assay.yaml. */
export function deploymentFile(context: Context): string {
  return join(context.project().state, 'anchor-deploy.json');
}

/** @throws AssayError `ASSAY_CLI_USAGE` */
export function readFinality(text: string, option: string): Finality {
  if (text === 'safe' || text === 'finalized') return text;
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new AssayError('ASSAY_CLI_USAGE', `${option} is \`finalized\`, \`safe\`, or a number of blocks`);
}

export const waitOption = {
  wait: {
    value: 'WHEN',
    description: 'instead of `finality` in assay.yaml: `finalized`, `safe`, or a number of blocks',
  },
} as const;

/** When an anchor counts: as said for this call, or in assay.yaml. */
export function finalityFor(context: Context, wait: string | undefined): Finality {
  return wait === undefined ? (anchorConfig(context).finality ?? 'finalized') : readFinality(wait, '--wait');
}

export function pendingFile(context: Context): string {
  return join(context.project().state, 'anchor-pending.json');
}

/** What anchoring works with. The caller disposes of the lock. */
export async function openAnchoring(
  context: Context,
  signal: AbortSignal,
  wait: string | undefined,
  onNote: (text: string) => void,
) {
  const { chain, contract, from = 0 } = anchorConfig(context);
  const finality = finalityFor(context, wait);
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
