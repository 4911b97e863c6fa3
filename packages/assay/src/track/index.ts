export { type Comparison, compareRevisions, metricsOverRevisions } from './comparison.ts';
export { type Document, type Format, formatOfName, formats } from './documents/index.ts';
export { inspectModelFile, type ModelDescription, type Port } from './model-format/index.ts';
export { redactionOf, refuseRedacted } from './redaction.ts';
export { dataOf, metadataOf, type Revision, revisionOf } from './revision.ts';
export { schemaOf, setSchema } from './schemas.ts';
export { parseQuery, searchRecords } from './search.ts';
export { trackStatistics } from './statistics.ts';
export { type GivenFile, type Planned, type Tracked, Tracker, type Update } from './tracker.ts';
