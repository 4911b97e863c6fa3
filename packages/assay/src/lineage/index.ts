export {
  type Example,
  type LineageContext,
  type ParagraphLine,
  readExamples,
  readParagraphs,
  trainingOf,
} from './model-data.ts';
export { paragraphOrigin } from './paragraph-origin.ts';
export { findReference } from './reference.ts';
export { StoredFiles } from './stored-files.ts';
export { type Lineage, type LineageEdge, type LineageNode, walk } from './walk.ts';
