import { afterAll, beforeAll, expect, it } from 'vitest';
import { WEBHOOK_PARALLEL_MAX } from '#libs/contracts/limits/news';
import { startReceiver } from '#test/support/receiver';
import { startTestPostgres, type TestPostgres } from '#test/support/postgres';
import { anAccount, createWebhookStage } from '#test/support/webhook-stage';

/** A receiver gets so long to answer; the silent one never does. */
const ANSWER_MS_MAX = 1_000;
const ACCOUNTS = 3 * WEBHOOK_PARALLEL_MAX;

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

const until = (fits: () => unknown) =>
  expect.poll(async () => Boolean(await fits()), { timeout: 20_000, interval: 20 }).toBe(true);

it('a receiver that says nothing, with many accounts waiting, holds up no other, and gets all when it is back', async () => {
  const stage = createWebhookStage(await postgres.openStore(), { answerMsMax: ANSWER_MS_MAX });
  await using silent = await startReceiver();
  await using other = await startReceiver();
  silent.answer = () => new Promise(() => undefined);
  await stage.addWebhook(silent.url, { events: ['account.*'] });
  const jobs = stage.startJobs({ parallelMax: WEBHOOK_PARALLEL_MAX });
  for (let n = 0; n < ACCOUNTS; n += 1) await stage.tell(anAccount(), 2);
  await until(() => silent.asked >= WEBHOOK_PARALLEL_MAX / 2);
  await stage.addWebhook(other.url, { events: ['outbox.*'] });
  const began = performance.now();
  await stage.tell(anAccount(), 1, 'outbox.paused');
  await until(() => other.taken.length === 1);
  expect(performance.now() - began).toBeLessThan(ANSWER_MS_MAX * 0.8);

  silent.answer = () => 200;
  await until(async () => {
    await stage.pass(60_000); // again and again: an answer that came too late for the sender is tried for later and later
    return new Set(silent.taken.map(({ eventId }) => eventId)).size === 2 * ACCOUNTS;
  });
  await jobs.stop();
}, 60_000);
