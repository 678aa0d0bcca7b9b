import { defineConfig } from 'vitest/config';

const shared = {
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'], externalConditions: ['source'] } },
};

const TIMED = '**/*.timed.spec.ts';

/**
 * `unit`: seconds, no processes (part of `npm run check`). `system`: real Postgres, real processes, real browsers. `timed`:
 * as `system`, but what is held to is a time, which would measure the neighbours: after all others, one file at a time.
 */
export default defineConfig({
  test: {
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          include: ['{libs,src,apps}/**/*.spec.ts'],
          exclude: ['**/*.system.spec.ts', TIMED, '**/node_modules/**'],
          pool: 'forks',
          maxWorkers: 2,
          isolate: false, // the modules keep no state, so that specs may share them: a third less time
          testTimeout: 30_000, // properties take 1 to 2 s alone; with 17 programs to two processors one took 11
        },
      },
      {
        ...shared,
        test: {
          name: 'system',
          include: ['test/**/*.spec.ts', '{libs,src,apps}/**/*.system.spec.ts'],
          exclude: [TIMED, '**/node_modules/**'],
          pool: 'forks',
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          globalSetup: ['test/support/browser-setup.ts'],
          testTimeout: 120_000, // the longest that names no limit of its own takes 40 s with three programs beside it
          hookTimeout: 120_000,
        },
      },
      {
        ...shared,
        test: {
          name: 'timed',
          include: ['{test,libs,src,apps}/**/*.timed.spec.ts'],
          pool: 'forks',
          maxWorkers: 1,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          globalSetup: ['test/support/browser-setup.ts'],
          testTimeout: 120_000, // the longest that names no limit of its own takes 40 s with three programs beside it
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
