import { AssayError } from '../errors.ts';

/** A node of the chain, by JSON-RPC. Nothing that it says is proof of anything. */
export interface Rpc {
  /** Host alone: a provider's URL may hold a key. */
  readonly host: string;
  /** @throws AssayError `ASSAY_ANCHOR_RPC`; `RpcRefused` when the node answers with an error */
  call(method: string, parameters: readonly unknown[]): Promise<unknown>;
}

/** The node answered with an error; `data` is what a contract reverted with. */
export class RpcRefused extends AssayError {
  readonly data: string | undefined;

  constructor(message: string, data: string | undefined) {
    super('ASSAY_ANCHOR_RPC', message, {
      hint: 'See what the node says; another one can be named by ASSAY_ANCHOR_RPC.',
    });
    this.data = data;
  }
}

const patienceMs = 30_000;

/** @throws AssayError `ASSAY_ANCHOR_CONFIG` when it is no URL of HTTP */
export function openRpc(url: string, signal: AbortSignal): Rpc {
  const parsed = URL.parse(url);
  if (!parsed || !/^https?:$/.test(parsed.protocol)) {
    throw new AssayError('ASSAY_ANCHOR_CONFIG', 'the address of the RPC is no http(s) URL', {
      hint: 'Set `rpc` under `anchor` in assay.yaml, or ASSAY_ANCHOR_RPC.',
    });
  }
  const { host } = parsed;
  let id = 0;
  return {
    host,
    async call(method, parameters) {
      let answer: unknown;
      try {
        const response = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params: parameters }),
          signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
        });
        answer = await response.json();
      } catch (error) {
        signal.throwIfAborted();
        throw new AssayError('ASSAY_ANCHOR_RPC', `the RPC at ${host} does not answer ${method}`, {
          hint: 'Is the node up, and the address right? What was sent is looked for again at the next call.',
          // The cause of a failed fetch names the address, which may be secret.
          cause: error instanceof Error ? error.name : undefined,
        });
      }
      const { result, error } = Object(answer) as { result?: unknown; error?: { message?: unknown; data?: unknown } };
      if (error) {
        const message = String(error.message).replaceAll(url, host).slice(0, 500);
        throw new RpcRefused(`the RPC at ${host} refuses ${method}: ${message}`, revertData(error.data));
      }
      if (result === undefined) throw new AssayError('ASSAY_ANCHOR_RPC', `the RPC at ${host} does not speak JSON-RPC`);
      return result;
    },
  };
}

/** Nodes differ in where they put it: the bytes themselves, or a member `data`. */
function revertData(data: unknown): string | undefined {
  if (typeof data === 'string') return data;
  return typeof data === 'object' && data !== null && 'data' in data ? revertData(data.data) : undefined;
}

/** @throws AssayError `ASSAY_ANCHOR_RPC` when it is no quantity */
export function quantity(value: unknown, what: string): bigint {
  if (typeof value === 'string' && /^0x[0-9a-f]{1,64}$/i.test(value)) return BigInt(value);
  throw new AssayError('ASSAY_ANCHOR_RPC', `the RPC gives no ${what}`);
}

export function hexQuantity(value: bigint | number): string {
  return `0x${value.toString(16)}`;
}
