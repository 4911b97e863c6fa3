export { checkSeal, useSeal, verifySeal } from './seal.ts';
