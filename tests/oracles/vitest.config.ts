import { defineConfig } from 'vitest/config';

/** Needs what tests/oracles/install.sh puts into place: `vitest run --config tests/oracles/vitest.config.ts`. */
export default defineConfig({
  test: { include: ['tests/oracles/**/*.test.ts'], pool: 'forks', testTimeout: 300_000, hookTimeout: 300_000 },
});
