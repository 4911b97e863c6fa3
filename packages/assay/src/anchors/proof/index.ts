/** Verification of anchors that needs no node of the chain and no Node: runs in a browser. */
export {
  ANCHOR_PROOF_FORMAT,
  type AnchorProof,
  type AnchorVerdict,
  anchorDoesNotProve,
  type ChainProof,
  provenEvents,
  readChainProof,
  verifyAnchorProof,
} from './anchor-proof.ts';
export { bytesOf, type Hex, hexOf } from './bytes.ts';
export { type AnchoredEvent, logIdOf, noteHashOf } from './event.ts';
export { encodeRlp, integerBytes } from './rlp.ts';
export { buildTrie } from './trie.ts';
