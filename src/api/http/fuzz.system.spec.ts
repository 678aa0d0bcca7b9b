import { afterAll, beforeAll } from 'vitest';
import { AccountRepository } from '#src/persistence/account.repository';
import { poolOf } from '#src/persistence/data-source';
import { MessageRepository } from '#src/persistence/message.repository';
import { OutboxRepository } from '#src/persistence/outbox.repository';
import { SnapshotRepository } from '#src/persistence/snapshot.repository';
import { TransitionRepository } from '#src/persistence/transition.repository';
import { testNoise } from '#test/support/http-noise';
import { startHttpRuntime } from '#test/support/http-runtime';
import { startTestPostgres, type TestPostgres } from '#test/support/postgres';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

testNoise(async () => {
  const store = await postgres.openStore();
  const stores = {
    accounts: new AccountRepository(store),
    transitions: new TransitionRepository(store),
    snapshots: new SnapshotRepository(store),
    messages: new MessageRepository(store),
    outboxes: new OutboxRepository(store),
  };
  const changes = `SELECT (SELECT string_agg(account::text, ';' ORDER BY id) FROM account) AS accounts,
    (SELECT count(*) FROM message) AS messages`;
  return {
    http: await startHttpRuntime({ stores }),
    fingerprint: async () => JSON.stringify((await poolOf(store).query(changes)).rows),
  };
});
