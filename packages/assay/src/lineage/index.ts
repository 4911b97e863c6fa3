export {
  type Example,
  type LineageContext,
  type ParagraphLine,
  readExamples,
  readParagraphs,
  trainingOf,
} from './model-data.ts';
export { type ParagraphOrigin, paragraphOrigin } from './paragraph-origin.ts';
export { type Found, findReference } from './reference.ts';
export { StoredFiles } from './stored-files.ts';
export { type Lineage, type LineageEdge, type LineageNode, type WalkOptions, walk } from './walk.ts';
