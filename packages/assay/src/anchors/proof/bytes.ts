import { fromHex, toHex } from '../../records/proof/index.ts';

/** Hex with `0x`, as Ethereum writes bytes. */
export type Hex = `0x${string}`;

export function hexOf(bytes: Uint8Array): Hex {
  return `0x${toHex(bytes)}`;
}

/** @throws Error when it is not whole bytes in hex with `0x` */
export function bytesOf(hex: unknown, what: string): Uint8Array {
  const bytes = typeof hex === 'string' && hex.startsWith('0x') ? fromHex(hex.slice(2).toLowerCase()) : undefined;
  if (bytes === undefined) throw new Error(`${what} is not hex with 0x`);
  return bytes;
}
