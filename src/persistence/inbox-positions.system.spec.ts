import { type DataSource } from 'typeorm';
import { v7 as uuidV7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { StaleEpochError } from '#src/supervision/ports';
import { NOON } from '#test/support/account-entries';
import { startTestPostgres, type TestPostgres } from '#test/support/postgres';
import { AccountRepository } from './account.repository.js';
import { InboxRepository } from './inbox.repository.js';
import { OwnershipRepository } from './ownership.repository.js';

let postgres: TestPostgres;
let store: DataSource;
let inbox: InboxRepository;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  store = await postgres.openStore();
  inbox = new InboxRepository(store);
});

async function another(): Promise<string> {
  const id = uuidV7();
  await new AccountRepository(store).create({ id, label: 'x', provider: 'simulated', settings: {}, nodeId: 'n' });
  await new OwnershipRepository(store).own(id, 'n');
  return id;
}

describe('up to where accounts know their chats', () => {
  it('is told and moved on for many accounts together, for each by its own epoch', async () => {
    const accounts = [await another(), await another(), await another()];
    const [account] = accounts as [string];
    await new OwnershipRepository(store).own(accounts[1]!, 'n'); // another owner by now
    const moved = accounts.map((id, at) => inbox.heardUntil(id, 1, NOON + at));
    const results = await Promise.allSettled([...moved, inbox.heardUntil(account, 1, NOON + 9)]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: expect.any(StaleEpochError) as Error });
    const positions = await Promise.all([...accounts, account].map((id) => inbox.position(id)));
    expect(positions.map(({ heardUntil }) => heardUntil)).toEqual([NOON + 9, null, NOON + 2, NOON + 9]);
  });
});
