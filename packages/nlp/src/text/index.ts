export { decodeLatin1, latin1 } from './decode.ts';
export { fold } from './fold.ts';
export { sentenceBounds } from './sentences.ts';
