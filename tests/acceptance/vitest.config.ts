import { defineConfig } from 'vitest/config';

/** The command line as people use it, in child processes: `tests/acceptance/run`. */
export default defineConfig({
  test: {
    include: ['tests/acceptance/**/*.test.ts'],
    globalSetup: ['tests/acceptance/first-run.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
