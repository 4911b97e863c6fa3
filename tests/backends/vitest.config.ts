import { defineConfig } from 'vitest/config';

/** Needs what tests/backends/run puts into place. */
export default defineConfig({
  test: {
    include: ['tests/backends/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
