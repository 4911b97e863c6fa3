export { ionHash } from './hash.ts';
export { readIon } from './read.ts';
export { fieldOf, type IonValue } from './value.ts';
