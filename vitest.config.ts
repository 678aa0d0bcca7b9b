import { defineConfig } from 'vitest/config';

const shared = {
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'], externalConditions: ['source'] } },
};

/** `unit`: seconds, no processes (part of `npm run check`). `system`: real Postgres, real processes, real browsers. */
export default defineConfig({
  test: {
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          include: ['{libs,src,apps}/**/*.spec.ts'],
          exclude: ['**/*.system.spec.ts', '**/node_modules/**'],
          pool: 'forks',
          testTimeout: 10_000,
        },
      },
      {
        ...shared,
        test: {
          name: 'system',
          include: ['test/**/*.spec.ts', '{libs,src,apps}/**/*.system.spec.ts'],
          pool: 'forks',
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          globalSetup: ['test/support/browser-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
