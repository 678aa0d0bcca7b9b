import { afterAll, beforeAll } from 'vitest';
import * as tokens from '#src/application/leasing/lease-stores';
import { AccountRepository } from '#src/persistence/account.repository';
import { poolOf } from '#src/persistence/data-source';
import { ConditionRepository } from '#src/persistence/leasing/condition.repository';
import { LeaseRepository } from '#src/persistence/leasing/lease.repository';
import { LedgerRepository } from '#src/persistence/leasing/ledger.repository';
import { LimitRuleRepository } from '#src/persistence/leasing/limit-rule.repository';
import { UsageRepository } from '#src/persistence/leasing/usage.repository';
import { MessageRepository } from '#src/persistence/message.repository';
import { OutboxRepository } from '#src/persistence/outbox.repository';
import { SnapshotRepository } from '#src/persistence/snapshot.repository';
import { TransitionRepository } from '#src/persistence/transition.repository';
import { LOOK_BACK_MS } from '#libs/leasing/decision';
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
  const leases = [
    [tokens.LEASE_STORE, new LeaseRepository(store)],
    [tokens.USAGE_STORE, new UsageRepository(store, LOOK_BACK_MS)],
    [tokens.CONDITION_STORE, new ConditionRepository(store)],
    [tokens.LIMIT_RULE_STORE, new LimitRuleRepository(store)],
    [tokens.LEDGER_STORE, new LedgerRepository(store)],
  ] as const;
  const changes = `SELECT (SELECT string_agg(account::text, ';' ORDER BY id) FROM account) AS accounts,
    (SELECT count(*) FROM message) AS messages`;
  return {
    http: await startHttpRuntime({ stores, leases }),
    fingerprint: async () => JSON.stringify((await poolOf(store).query(changes)).rows),
  };
});
