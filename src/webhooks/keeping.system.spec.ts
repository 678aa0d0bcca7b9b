import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { DELIVERY_ROWS_MAX } from '#libs/contracts/limits/news';
import { AccountRepository } from '#src/persistence/account.repository';
import { poolOf } from '#src/persistence/data-source';
import { startTestPostgres, type TestPostgres } from '#test/support/postgres';
import { anAccount, createWebhookStage, type WebhookStage } from '#test/support/webhook-stage';

let postgres: TestPostgres;
let stage: WebhookStage;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  stage = createWebhookStage(await postgres.openStore());
});

const NOWHERE = 'http://127.0.0.1:1/';
const DAYS = 7;
const age = (days: number) =>
  poolOf(stage.store).query(
    `UPDATE webhook_delivery SET wanted_at = wanted_at - make_interval(days => $1),
      concluded_at = concluded_at - make_interval(days => $1)`,
    [days],
  );
const statesOf = async (id: string) =>
  (await stage.deliveries.list(id, { limit: 100 })).items.map(({ state }) => state).sort();

it('what waits for a paused webhook is given up after some days, then can be told again, then goes', async () => {
  const [paused, active] = [await stage.addWebhook(NOWHERE), await stage.addWebhook(NOWHERE)];
  await stage.webhooks.pause(paused, 'person', stage.now());
  await stage.tell(anAccount(), 2);
  await age(DAYS + 1);
  await stage.tell(anAccount(), 1);
  expect(await stage.deliveries.giveUpPaused(DAYS)).toBe(3); // with the event that it was paused
  expect(await stage.deliveries.giveUpPaused(DAYS)).toBe(0);
  expect(await statesOf(paused)).toEqual(['dead', 'dead', 'dead', 'waiting']);
  expect(await statesOf(active)).toEqual(['waiting', 'waiting', 'waiting', 'waiting']);
  expect(await stage.deliveries.removeOld(DAYS)).toBe(0);
  await age(DAYS + 1);
  expect(await stage.deliveries.removeOld(DAYS)).toBe(3);
});

it('a purged account takes its webhooks along, with all that waited for them', async () => {
  const account = anAccount();
  await stage.addAccount(account);
  const id = await stage.addWebhook(NOWHERE, { accountId: account });
  const other = await stage.addWebhook(NOWHERE);
  await stage.tell(account, 3);
  await poolOf(stage.store).query(`UPDATE account SET deleted_at = now() - interval '40 days' WHERE id = $1`, [
    account,
  ]);
  expect(await new AccountRepository(stage.store).purgeDeleted(30)).toEqual([account]);
  expect(await stage.webhooks.find(id)).toBeNull();
  expect(await statesOf(other)).toHaveLength(3);
});

it('what is dead is told again, and a webhook removed with what waited for it, a part at a time', async () => {
  const id = await stage.addWebhook(NOWHERE);
  await stage.tell(anAccount(), DELIVERY_ROWS_MAX + 5);
  await poolOf(stage.store).query(`UPDATE webhook_delivery SET state = 'dead', concluded_at = now()`);
  expect(await stage.deliveries.redeliverDead(id, stage.now())).toBe(DELIVERY_ROWS_MAX);
  expect(await stage.deliveries.redeliverDead(id, stage.now())).toBe(5);
  expect(await stage.deliveries.count()).toEqual({ waiting: DELIVERY_ROWS_MAX + 5, dead: 0 });
  expect(await stage.webhooks.removeDeliveries(id)).toBe(DELIVERY_ROWS_MAX);
  expect(await stage.webhooks.remove(id)).toBe(true);
  expect(await stage.deliveries.count()).toEqual({ waiting: 0, dead: 0 });
});

it('a webhook that goes while an answer is written down waits for nobody who waits for it', async () => {
  const id = await stage.addWebhook(NOWHERE);
  await stage.tell(anAccount());
  const [delivery] = (await stage.deliveries.list(id, { limit: 1 })).items;
  const pool = poolOf(stage.store);
  const deleting = await pool.connect();
  await deleting.query('BEGIN');
  await deleting.query('SELECT FROM webhook WHERE id = $1 FOR UPDATE', [id]);
  const at = stage.now();
  const attempt = { at, status: 500, error: 'no', durationMs: 1 };
  const written = Promise.all([
    stage.deliveries.failed(delivery!.id, id, attempt, at + 1_000),
    stage.deliveries.taken(delivery!.id, id, attempt),
  ]);
  const waits = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  await expect.poll(async () => (await pool.query(waits)).rowCount).toBe(2);
  await deleting.query('DELETE FROM webhook WHERE id = $1', [id]);
  await deleting.query('COMMIT');
  deleting.release();
  expect(await written).toEqual([null, null]);
});
