import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { CheckView } from '#libs/contracts/health';
import { startRuntime, type TestRuntime } from '#test/support/runtime';
import { mountSmallDisk, type SmallDisk } from '#test/support/small-disk';

/** The database takes 40 MB, its log up to 50, and DISK_FREE_MB_MIN must be left. */
const DISK_MB = 300;
/** Of a database that died of it too often, the next try is up to 5 s away. */
const SOON = { timeout: 45_000, interval: 100 };
/** Enough for the database, less than DISK_FREE_MB_MIN. */
const NEARLY_FULL_MB = 60;
const to = '+491700000009';

const disk: SmallDisk | null = await mountSmallDisk(DISK_MB);

const ready = ({ client }: TestRuntime): Promise<CheckView> => client.health.ready();

/** Sends until one is refused; answers the ids of those that were accepted. */
async function sendUntilRefused(runtime: TestRuntime, id: string): Promise<readonly string[]> {
  const accepted: string[] = [];
  for (let n = 0; n < 3_000; n++) {
    try {
      accepted.push((await runtime.client.messages.send(id, { to, text: 'x'.repeat(20_000) })).id);
    } catch (error) {
      expect(error).toMatchObject({ problem: { status: 503, code: 'store_unavailable' } });
      return accepted;
    }
  }
  throw new Error('the disk was full and everything was accepted');
}

// Without a disk of its own a test would have to fill the machine's.
it.skipIf(disk === null)('a full disk is told, harms nothing, and is got over when there is room', async () => {
  await using runtime = await startRuntime({}, disk!.path);
  const { accounts, messages } = runtime.client;
  const { id } = await accounts.create({ label: 'alice', provider: 'simulated' });
  await accounts.connect(id);
  await accounts.untilConnected(id);
  const before = (await accounts.transitions(id, { limit: 500 })).items;
  await expect.poll(() => ready(runtime), SOON).toMatchObject({ status: 'ok', details: { disk: { status: 'up' } } });

  await disk!.fill();
  await expect
    .poll(() => ready(runtime), SOON)
    .toMatchObject({ status: 'error', details: { disk: { status: 'down' } } });
  expect((await runtime.client.health.live()).status).toBe('ok');
  const accepted = await sendUntilRefused(runtime, id);
  expect(await runtime.client.health.full()).toMatchObject({ status: 'error', activeClients: 1 });
  // The worst moment for the database to die.
  const pidFile = await readFile(join(runtime.dataDir, 'postgres', 'data', 'postmaster.pid'), 'utf8');
  process.kill(Number(pidFile.split('\n', 1)[0]), 'SIGKILL');
  await runtime.sawLine(({ msg }) => msg.startsWith('embedded Postgres went away'));

  await disk!.makeRoom();
  await expect.poll(async () => (await ready(runtime)).status, SOON).toBe('ok');
  expect((await accounts.transitions(id, { limit: 500 })).items).toEqual(before);
  for (const message of accepted) expect(await messages.get(message)).toMatchObject({ id: message });
  const { id: after } = await messages.send(id, { to, text: 'after' });
  await messages.untilStatus(after, ['sent', 'delivered', 'read']);
  expect(await runtime.stop()).toBe(0);
});

it.skipIf(disk === null)(
  'no browser is started on a disk that is nearly full; its account waits, and goes on',
  async () => {
    // A browser that fails at once: what matters is whether it is tried.
    const env = { CHROMIUM_PATH: '/bin/false', BACKOFF_FIRST_MS: '100', BACKOFF_MS_MAX: '500', RESTARTS_MAX: '2' };
    await using runtime = await startRuntime(env, disk!.path);
    const { accounts } = runtime.client;
    const { id } = await accounts.create({ label: 'bob', provider: 'whatsapp' });
    await disk!.fill(NEARLY_FULL_MB);
    await accounts.connect(id);
    // More often than crashes are allowed: a full disk is nobody's crash.
    await expect.poll(async () => (await accounts.get(id)).restarts.count, SOON).toBeGreaterThan(3);
    expect(await accounts.get(id)).toMatchObject({ status: 'CONNECTING', reason: { code: 'disk_full' } });
    expect((await ready(runtime)).status).toBe('error');
    await disk!.makeRoom();
    await accounts.untilStatus(id, 'FAILED', { timeoutMs: SOON.timeout });
    expect(await accounts.get(id)).toMatchObject({ reason: { code: 'browser_missing' } });
  },
);

it.skipIf(disk === null)('leaves the small disk', async () => disk![Symbol.asyncDispose]());
