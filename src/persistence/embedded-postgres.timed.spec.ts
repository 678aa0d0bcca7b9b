import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startEmbeddedPostgres } from './embedded-postgres.js';

/** Alone it takes half a second; it would take as long as its neighbours please. */
const BACK_MS_MAX = 3_000;
const SECONDS = { timeout: 30_000, interval: 20 };
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'embedded-postgres-'));
  await chmod(root, 0o755); // the server's user must get in
});
afterEach(() => rm(root, { recursive: true }));

it('our own Postgres answers again in less than 3 s after a kill', async () => {
  const onUp = vi.fn();
  const quiet = { info: () => undefined, warn: () => undefined };
  const postgres = await startEmbeddedPostgres({ dir: join(root, 'postgres'), log: quiet, onUp });
  try {
    for (const round of [1, 2]) {
      const killedAt = performance.now();
      process.kill(postgres.pid, 'SIGKILL');
      await vi.waitFor(() => expect(onUp).toHaveBeenCalledTimes(round), SECONDS);
      const client = new Client({ connectionString: postgres.url });
      await client.connect();
      await client.query('SELECT 1');
      await client.end();
      expect(performance.now() - killedAt).toBeLessThan(BACK_MS_MAX);
    }
  } finally {
    await postgres.stop();
  }
});
