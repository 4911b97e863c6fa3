export { AtomicFile, removeAbandoned, writeFileAtomically } from './atomic.ts';
export { readJsonLines } from './json-lines.ts';
export { readLabelLines, readTextLines, type TextLine } from './lines.ts';
