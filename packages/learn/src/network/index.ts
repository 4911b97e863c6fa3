export type { Architecture } from './architecture.ts';
export { Network } from './network.ts';
export type { Parameter } from './parameter.ts';
