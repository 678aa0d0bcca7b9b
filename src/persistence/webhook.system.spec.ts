import { v7 as uuidV7 } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { holdStore } from '#test/races/held-store';
import { startTestPostgres, type TestPostgres } from '#test/support/postgres';
import { WebhookRepository } from './webhook.repository.js';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

const wanted = () => ({
  id: uuidV7(),
  label: 'x',
  url: 'https://example.com/hook',
  accountId: null,
  events: ['account.changed'],
  secret: 'a secret of some length',
});

it('a webhook is answered as it is stored', async () => {
  const webhooks = new WebhookRepository(await postgres.openStore());
  const { id, ...rest } = wanted();
  expect(await webhooks.create({ id, ...rest })).toEqual({ ok: true, webhook: await webhooks.find(id) });
});

it('a webhook that somebody sees and removes at once is answered as it was made', async () => {
  const store = await postgres.openStore();
  const others = new WebhookRepository(store);
  const made = wanted();
  const webhooks = new WebhookRepository(
    holdStore(store, async (_, ask) => {
      const answer = await ask();
      await others.remove(made.id);
      return answer;
    }),
  );
  expect(await webhooks.create(made)).toMatchObject({ ok: true, webhook: { id: made.id, label: 'x' } });
  expect(await others.find(made.id)).toBeNull();
});
