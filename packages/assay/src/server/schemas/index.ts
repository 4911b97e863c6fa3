export * from './errors.ts';
export * from './ledger.ts';
export * from './lineage.ts';
export * from './models.ts';
export * from './project.ts';
export * from './records.ts';
export * from './runs.ts';
