import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { startRuntime } from '#test/support/runtime';

/** The bar for our own Postgres, on a machine that nobody else uses. */
const BACK_MS_MAX = 3_000;
const SOON = { timeout: 45_000, interval: 50 };
const to = '+491700000009';

it('our own Postgres, killed while messages are being accepted, is back within 3 s: nothing is lost', async () => {
  await using runtime = await startRuntime();
  const { accounts, messages, health } = runtime.client;
  const { id } = await accounts.create({ label: 'alice', provider: 'simulated' });
  await accounts.connect(id);
  await accounts.untilConnected(id);
  const history = async () => (await accounts.transitions(id, { limit: 500 })).items;
  const before = await history();
  const postmaster = () =>
    readFile(join(runtime.dataDir, 'postgres', 'data', 'postmaster.pid'), 'utf8').then(
      (text) => Number(text.split('\n', 1)[0]),
      () => 0, // none runs at this moment
    );
  const killed = await postmaster();
  const accepted: string[] = [];
  let sending = true;
  const sender = (async () => {
    for (let n = 0; sending && n < 5_000; n++) {
      const wanted = { to, text: `message ${n}` };
      await messages.send(id, wanted, { idempotencyKey: `k-${n}` }).then(
        (message) => accepted.push(message.id),
        () => delay(20), // refused: the store is away
      );
    }
  })();
  await expect.poll(() => accepted.length, SOON).toBeGreaterThan(20);
  process.kill(killed, 'SIGKILL');
  const killedAt = performance.now();
  // Not the 503 of /health/ready: a quick machine has the next one up before anybody asks.
  await expect.poll(postmaster, { ...SOON, interval: 10 }).not.toSatisfy((pid) => pid === killed || pid === 0);
  const acceptedBefore = accepted.length;
  await expect.poll(() => accepted.length, { ...SOON, interval: 10 }).toBeGreaterThan(acceptedBefore);
  const backMs = performance.now() - killedAt;
  await expect.poll(async () => (await health.ready()).status, SOON).toBe('ok');
  sending = false;
  await sender;
  for (const message of accepted) expect(await messages.get(message)).toMatchObject({ id: message });
  expect(await history()).toEqual(before);
  expect(backMs).toBeLessThan(BACK_MS_MAX);
});
