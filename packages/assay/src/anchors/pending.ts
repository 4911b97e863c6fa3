import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { replaceFile, syncDirectory } from '../durable-file.ts';
import { AssayError } from '../errors.ts';
import type { Hex } from './proof/index.ts';

/** A transaction that may be on its way: written before it is sent, removed when what came of it is sealed. */
export interface Pending {
  readonly chain: number;
  readonly contract: Hex;
  readonly account: Hex;
  readonly nonce: number;
  readonly data: Hex;
  readonly size: number;
  /** The checkpoint's signed note. */
  readonly note: string;
  /** Signed transactions of one nonce, of which one at most is mined; later ones pay more. */
  readonly attempts: readonly {
    readonly hash: Hex;
    readonly raw: Hex;
    readonly maxFeePerGas: string;
    readonly tip: string;
    readonly gas: string;
  }[];
}

/** @throws AssayError `ASSAY_ANCHOR_PENDING` when the file is damaged */
export function readPending(file: string): Pending | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const value = JSON.parse(readFileSync(file, 'utf8')) as Pending;
    if (value.attempts.length > 0 && typeof value.note === 'string' && Number.isSafeInteger(value.size)) return value;
  } catch {
    // Told below.
  }
  throw new AssayError('ASSAY_ANCHOR_PENDING', `${file} does not hold the transaction that was sent last`, {
    hint: 'Remove it: what was mined is found again on the chain.',
  });
}

export function writePending(file: string, pending: Pending): void {
  replaceFile(file, `${JSON.stringify(pending)}\n`);
}

export function removePending(file: string): void {
  rmSync(file, { force: true });
  if (existsSync(dirname(file))) syncDirectory(dirname(file));
}
