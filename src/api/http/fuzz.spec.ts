import { startHttpRuntime } from '#test/support/http-runtime';
import { testNoise } from '#test/support/http-noise';

testNoise(async () => {
  const http = await startHttpRuntime();
  const { accountRows, messageRows } = http.stores;
  return {
    http,
    fingerprint: async () => JSON.stringify([[...accountRows.values()], messageRows.size, http.router.released.length]),
  };
});
