export * from './agreement/index.ts';
export * from './corpus.ts';
export * from './edgar/index.ts';
export { NlpError } from './errors.ts';
export { readJsonLines, readLabelLines, readTextLines, type TextLine, writeFileAtomically } from './files/index.ts';
export * from './labelers/index.ts';
export * from './transcripts/index.ts';
