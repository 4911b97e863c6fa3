export { checkSeal, type SealState, useSeal, verifySeal } from './seal.ts';
