export { attest } from './attest.ts';
export { actorSigner, p256Signer } from './signing.ts';
export { verifyAttestation } from './verify.ts';
