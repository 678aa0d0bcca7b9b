import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { valueOf } from '#libs/drivers/witness.contract';
import { openWhatsappStage, WAIT_MS, type WhatsappStage } from './whatsapp-stage.js';

let stage: WhatsappStage;

beforeAll(async () => {
  stage = await openWhatsappStage();
});
afterEach(() => stage.clear());
afterAll(() => stage.end());

/** From the process alone to its first page: there puppeteer waits for a browser that has died. */
const MOMENTS_MS = [0, 20, 40, 60, 80, 120];
/** Two starts on a busy machine; the first wait that would hang is one of 4 s, the next of 30 s. */
const CLOSE_MS_MAX = 3_500;

async function killInLaunch(accountId: string, afterMs: number): Promise<void> {
  const leader = await vi.waitUntil(() => stage.browsersOf(accountId).find(({ pid, groupId }) => pid === groupId), {
    timeout: WAIT_MS,
    interval: 5,
  });
  await pause(afterMs); // the moment is what is tried
  process.kill(leader.pid, 'SIGKILL');
}

it('a browser killed in the middle of its launch does not hold up the close', async () => {
  for (const afterMs of MOMENTS_MS) {
    const { accountId, witness } = stage.open();
    await killInLaunch(accountId, afterMs);
    const askedAt = performance.now();
    valueOf(await witness.session.ask('close', {}));
    await witness.ended();
    expect([afterMs, performance.now() - askedAt < CLOSE_MS_MAX]).toEqual([afterMs, true]);
    expect([afterMs, ...stage.remainsOf(accountId)]).toEqual([afterMs]);
  }
});

it('a browser killed in the middle of its launch is replaced, or told as gone', async () => {
  await Promise.all(
    MOMENTS_MS.map(async (afterMs) => {
      const { accountId, witness } = stage.open();
      await killInLaunch(accountId, afterMs);
      const fact = await Promise.race([witness.saw('driver.qr'), witness.ended()]);
      if (fact.type !== 'driver.qr') expect(fact).toMatchObject({ type: 'driver.dropped', reason: 'browser_gone' });
    }),
  );
});
