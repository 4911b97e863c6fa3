export { ionHash } from './hash.ts';
export { readIon, readIonPieces } from './read.ts';
export { splitIon } from './split.ts';
export { fieldOf, type IonField, type IonPlaces, type IonValue } from './value.ts';
export { ionText } from './write.ts';
