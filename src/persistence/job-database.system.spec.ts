import { afterAll, beforeAll, expect, it } from 'vitest';
import { poolOf } from '#src/persistence/data-source';
import { openJobDatabase } from '#src/persistence/job-database';
import { startTestPostgres, type TestPostgres } from '#test/support/postgres';
import { anAccount, createWebhookStage } from '#test/support/webhook-stage';

const NOWHERE = 'http://127.0.0.1:1/';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

it('whoever gets the lead finds no job of a dead program: what it ran is free, and what was planned anew meanwhile is gone', async () => {
  const stage = createWebhookStage(await postgres.openStore());
  const jobs = async () =>
    (
      await poolOf(stage.store).query<{ key: string | null; locked: boolean }>(
        'SELECT key, locked_at IS NOT NULL AS locked FROM graphile_worker.jobs ORDER BY key',
      )
    ).rows;
  const [anna, bert] = [anAccount(), anAccount()];
  const webhook = await stage.addWebhook(NOWHERE);
  await stage.tell(anna);
  await stage.tell(bert);
  await poolOf(stage.store).query(
    `UPDATE graphile_worker._private_jobs SET attempts = 1, locked_at = now(), locked_by = 'a program that died'`,
  );
  await stage.tell(anna); // its job runs: another one is planned in its place
  expect((await jobs()).map(({ locked }) => locked)).toEqual(expect.arrayContaining([true, true, false]));

  const database = openJobDatabase(stage.store, () => undefined);
  const lead = await database.lead(() => undefined);
  const keys = [anna, bert].map((account) => `webhook:${webhook}:${account}`).sort();
  expect(await jobs()).toEqual(keys.map((key) => ({ key, locked: false })));
  lead!.end();
  await database.close();
});
