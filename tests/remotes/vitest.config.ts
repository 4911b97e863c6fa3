import { defineConfig } from 'vitest/config';

/** Needs what tests/remotes/install.sh puts into place. */
export default defineConfig({
  test: {
    include: ['tests/remotes/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 3,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
