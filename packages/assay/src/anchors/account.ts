import { readFileSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { isErrno } from '../errno.ts';
import { AssayError } from '../errors.ts';
import type { Hex } from './proof/index.ts';

/** Signs transactions. Its key goes nowhere else. */
export interface Account {
  readonly address: Hex;
  sign(transaction: {
    readonly chainId: number;
    readonly nonce: number;
    readonly to?: Hex;
    readonly data: Hex;
    readonly gas: bigint;
    readonly maxFeePerGas: bigint;
    readonly maxPriorityFeePerGas: bigint;
  }): Promise<Hex>;
}

/**
 * The account whose key is in `ASSAY_ANCHOR_KEY`, or in the file that `ASSAY_ANCHOR_KEY_FILE` names, or in `anchor.key` of the
 * home: 64 hex digits, the file closed to others and outside of the project.
 *
 * @throws AssayError `ASSAY_ANCHOR_KEY`
 */
export async function loadAccount(environment: NodeJS.ProcessEnv, home: string, projectRoot: string): Promise<Account> {
  const key =
    environment.ASSAY_ANCHOR_KEY ?? readKey(environment.ASSAY_ANCHOR_KEY_FILE ?? join(home, 'anchor.key'), projectRoot);
  const digits = key.trim().replace(/^0x/, '');
  const wrong = () =>
    new AssayError('ASSAY_ANCHOR_KEY', 'the key for transactions is not a private key: 64 hex digits', {
      hint: 'Make one: openssl rand -hex 32 > anchor.key',
    });
  if (!/^[0-9a-fA-F]{64}$/.test(digits)) throw wrong();
  const { privateKeyToAccount } = await import('viem/accounts');
  let account: ReturnType<typeof privateKeyToAccount>;
  try {
    account = privateKeyToAccount(`0x${digits}`);
  } catch {
    // No cause: its message may hold the key.
    throw wrong();
  }
  return {
    address: account.address.toLowerCase() as Hex,
    sign: (transaction) => account.signTransaction({ type: 'eip1559', ...transaction }),
  };
}

function readKey(path: string, projectRoot: string): string {
  const file = resolve(path);
  const inside = relative(projectRoot, file);
  if (!inside.startsWith('..') && !isAbsolute(inside)) {
    throw new AssayError('ASSAY_ANCHOR_KEY', `${file} lies inside of the project`, {
      hint: 'Keep the key where no commit and no copy of the project takes it along, such as in $ASSAY_HOME.',
    });
  }
  try {
    if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) {
      throw new AssayError('ASSAY_ANCHOR_KEY', `others may read ${file}`, { hint: `Close it: chmod 600 ${file}` });
    }
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (!isErrno(error, 'ENOENT', 'EACCES', 'EISDIR')) throw error;
    throw new AssayError('ASSAY_ANCHOR_KEY', `there is no key for transactions at ${file}`, {
      hint: 'Set ASSAY_ANCHOR_KEY, or ASSAY_ANCHOR_KEY_FILE, or put 64 hex digits into anchor.key of $ASSAY_HOME.',
    });
  }
}
