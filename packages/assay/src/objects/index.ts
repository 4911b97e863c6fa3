export type { Hashes, ObjectBatch, ObjectStore } from './object-store.ts';
