import { defineConfig } from 'vitest/config';

/** Needs what tests/interop/install.sh puts into place: `vitest run --config tests/interop/vitest.config.ts`. */
export default defineConfig({
  test: { include: ['tests/interop/**/*.test.ts'], pool: 'forks', testTimeout: 120_000, hookTimeout: 120_000 },
});
