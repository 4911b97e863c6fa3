export {
  type Decision,
  encode,
  type Policy,
  policyId,
  type Roster,
  readPolicy,
  readRoster,
} from './documents.ts';
export { type Envelope, parseEnvelope, preAuthentication } from './dsse.ts';
export { replayLedger } from './load.ts';
export { makeProposalProof, verifyProposalProof } from './proposal-proof.ts';
export { missingApprovals } from './tally.ts';
export { Governance, type Voter } from './voting.ts';
