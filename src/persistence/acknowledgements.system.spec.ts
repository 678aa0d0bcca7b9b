import { type DataSource } from 'typeorm';
import { v7 as uuidV7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { StaleEpochError } from '#src/supervision/ports';
import { NOON } from '#test/support/account-entries';
import { plainMessage } from '#test/support/plain-message';
import { startTestPostgres, type TestPostgres } from '#test/support/postgres';
import { AccountRepository } from './account.repository.js';
import { poolOf } from './data-source.js';
import { MessageRepository } from './message.repository.js';
import { OwnershipRepository } from './ownership.repository.js';

let postgres: TestPostgres;
let store: DataSource;
let messages: MessageRepository;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  store = await postgres.openStore();
  messages = new MessageRepository(store);
});

/** An account with a message that was handed over under `p`. */
async function sending(): Promise<string> {
  const id = uuidV7();
  await new AccountRepository(store).create({ id, label: 'x', provider: 'simulated', settings: {}, nodeId: 'n' });
  await new OwnershipRepository(store).own(id, 'n');
  const accepted = await messages.accept(plainMessage(id, { now: NOON }));
  if (!('message' in accepted)) throw new Error(JSON.stringify(accepted));
  await messages.claim(id, 1, [{ messageId: accepted.message.id, providerMessageId: 'p', nextAttemptAt: NOON }]);
  return id;
}

describe('acknowledgements of many accounts at once', () => {
  it('are each written for its own account, with one event each, by owners only', async () => {
    const accounts = [await sending(), await sending(), await sending()] as const;
    await new OwnershipRepository(store).own(accounts[1], 'n'); // another owner by now
    const acks = [{ providerMessageId: 'p', level: 'sent', at: NOON }] as const;
    const results = await Promise.allSettled(accounts.map((id) => messages.acknowledge(id, 1, acks)));
    for (const at of [0, 2])
      expect(results[at]).toMatchObject({
        value: [{ accountId: accounts[at], status: 'sent', providerMessageId: 'p' }],
      });
    expect(results[1]).toMatchObject({ reason: expect.any(StaleEpochError) as Error });
    const { rows } = await poolOf(store).query(
      `SELECT account_id AS of, data->>'status' AS status FROM event WHERE name = 'message.changed' ORDER BY account_id`,
    );
    expect(rows).toEqual([accounts[0], accounts[2]].toSorted().map((of) => ({ of, status: 'sent' })));
  });

  it('of one account are written in their order', async () => {
    const id = await sending();
    const said = (['sent', 'delivered', 'read'] as const).map(
      (level, at) => () => messages.acknowledge(id, 1, [{ providerMessageId: 'p', level, at: NOON + at }]),
    );
    const seen: unknown[] = [];
    for (const say of said) seen.push((await say())[0]?.status);
    expect(seen).toEqual(['sent', 'delivered', 'read']);
  });
});
