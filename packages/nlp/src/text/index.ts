export { characterAt, decodeLatin1, latin1 } from './decode.ts';
export { type Folded, fold } from './fold.ts';
export { sentenceBounds } from './sentences.ts';
