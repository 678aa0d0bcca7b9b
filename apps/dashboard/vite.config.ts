import { defineConfig } from 'vite';

/** Addresses are relative: a proxy may serve the dashboard below any path. Nothing is inlined, or the policy would refuse it. */
export default defineConfig({
  base: './',
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  build: {
    outDir: '../../dist/dashboard',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: false,
    chunkSizeWarningLimit: 1_000, // test/e2e/dashboard-weight.spec.ts holds the first load to its bar, as it travels
    target: 'es2023',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
  },
  server: {
    proxy: Object.fromEntries(
      ['/api', '/ws', '/health'].map((path) => [path, { target: 'http://127.0.0.1:5001', ws: path === '/ws' }]),
    ),
  },
});
