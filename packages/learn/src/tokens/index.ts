export { TOKENIZER_VERSION, type Token, tokenize } from './tokenize.ts';
export { PADDING, UNKNOWN, Vocabulary } from './vocabulary.ts';
export { invalidVectors, WordVectors } from './word-vectors.ts';
