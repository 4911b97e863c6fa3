/** Where a project's checkpoints are anchored; `anchor` in assay.yaml. Keys and secret addresses never stand there. */
export interface AnchorConfig {
  /** EIP-155 chain id. */
  readonly chain: number;
  readonly contract: `0x${string}`;
  /** Of a node; left out where `ASSAY_ANCHOR_RPC` names it. */
  readonly rpc?: string;
  /** The block in which the contract was made: nothing of it is older. */
  readonly from?: number;
  /** When an anchor counts: so many blocks, or when the chain calls its block safe or finalized. */
  readonly finality?: number | 'safe' | 'finalized';
}

/** What keeps a value from being such a section. */
export function anchorProblem(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return 'must be a map with `chain` and `contract`';
  const { chain, contract, rpc, from, finality, ...others } = value as Readonly<Record<string, unknown>>;
  const isCount = (count: unknown, least: number) => Number.isSafeInteger(count) && Number(count) >= least;
  if (!isCount(chain, 1)) return 'needs `chain`, the number of the chain';
  if (typeof contract !== 'string' || !/^0x[0-9a-f]{40}$/.test(contract)) {
    return 'needs `contract`: "0x" and 40 lower-case hex digits, in quotes';
  }
  if (rpc !== undefined) {
    const url = typeof rpc === 'string' ? URL.parse(rpc) : null;
    if (!url || !/^https?:$/.test(url.protocol)) return 'has an `rpc` that is no http(s) URL';
    if (url.username || url.password || url.search) return 'has an `rpc` with a secret; set ASSAY_ANCHOR_RPC instead';
  }
  if (from !== undefined && !isCount(from, 0)) return 'has a `from` that is no block number';
  if (finality !== undefined && finality !== 'safe' && finality !== 'finalized' && !isCount(finality, 1)) {
    return 'has a `finality` that is not `safe`, `finalized` or a number of blocks';
  }
  const [unknown] = Object.keys(others);
  return unknown === undefined ? undefined : `has no setting \`${unknown}\``;
}
