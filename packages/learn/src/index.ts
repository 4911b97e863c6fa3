export { LearnError } from './errors.ts';
export { Random } from './random/index.ts';
export * from './statistics/index.ts';
