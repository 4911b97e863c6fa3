import type { Migration } from './migration.ts';

/**
 * Runs while they run: the truth until a run is sealed, and afterwards the index by which earlier results are found.
 *
 * - `run.record` and `stage_run.record`: hex hashes of the sealed records; null until sealed.
 * - `stage_run.job`: the name the executor knows the running job by.
 * - `stage_run.source`: the run that executed what this stage stands for, its own or an earlier one.
 */
export const runs: Migration = {
  version: 2,
  name: 'runs',
  sql: `
    CREATE TABLE run (
      id TEXT PRIMARY KEY,
      checkout TEXT NOT NULL,
      pipeline TEXT NOT NULL,
      state TEXT NOT NULL,
      started TEXT NOT NULL,
      ended TEXT,
      record TEXT,
      detail TEXT NOT NULL
    ) STRICT;
    CREATE INDEX run_open ON run (checkout) WHERE record IS NULL;
    CREATE INDEX run_pipeline ON run (pipeline, id);
    CREATE TABLE stage_run (
      run TEXT NOT NULL REFERENCES run (id),
      stage TEXT NOT NULL,
      position INTEGER NOT NULL,
      state TEXT NOT NULL,
      because TEXT,
      job TEXT,
      log TEXT,
      started TEXT,
      ended TEXT,
      exit_code INTEGER,
      message TEXT,
      key TEXT,
      record TEXT,
      source TEXT,
      PRIMARY KEY (run, stage)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX stage_run_key ON stage_run (key) WHERE record IS NOT NULL;
    CREATE INDEX stage_run_stage ON stage_run (stage, run) WHERE record IS NOT NULL;
  `,
};
