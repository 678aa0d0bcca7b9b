import { v7 as uuidV7 } from 'uuid';
import { type DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listAccountsSchema, type AccountStatus, type ListAccounts, type StoredAccount } from '#libs/contracts/account';
import { REASONS } from '#libs/contracts/reasons';
import { entryOf, NOON, stateOf } from '#test/support/account-entries';
import { plainMessage } from '#test/support/plain-message';
import { startTestPostgres, type TestPostgres } from '#test/support/postgres';
import { AccountRepository } from './account.repository.js';
import { poolOf } from './data-source.js';
import { MessageRepository } from './message.repository.js';
import { OwnershipRepository } from './ownership.repository.js';
import { SnapshotRepository } from './snapshot.repository.js';
import { TransitionRepository } from './transition.repository.js';

let postgres: TestPostgres;
let store: DataSource;
let accounts: AccountRepository;
let ownership: OwnershipRepository;
let snapshots: SnapshotRepository;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  store = await postgres.openStore();
  accounts = new AccountRepository(store);
  ownership = new OwnershipRepository(store);
  snapshots = new SnapshotRepository(store);
});

const create = (label = 'sales', nodeId = 'node-1'): Promise<StoredAccount> =>
  accounts.create({ id: uuidV7(), label, provider: 'simulated', settings: { language: 'uk' }, nodeId });
const list = (query: ListAccounts = {}) => accounts.list(listAccountsSchema.parse(query));

/** As `create` and one commit each, in two statements. Every sixth has never moved. */
async function createMany(count: number): Promise<void> {
  await poolOf(store).query(
    `WITH made AS (
      INSERT INTO account SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'account ' || n,
        CASE WHEN n % 2 = 0 THEN 'whatsapp' ELSE 'simulated' END, '{}', now(), now() FROM generate_series(1, $1) n RETURNING id
    ) INSERT INTO account_ownership SELECT id, 'node-1', 1 FROM made`,
    [count],
  );
  const statuses: AccountStatus[] = ['CONNECTING', 'QR_READY', 'AUTHENTICATING', 'CONNECTED', 'FAILED'];
  const { rows } = await poolOf(store).query<{ id: string }>('SELECT id FROM account ORDER BY id');
  const moved = rows.flatMap(({ id }, index) => {
    const status = statuses[(index % 6) - 1];
    return status ? [entryOf(id, 1, { state: stateOf(status) })] : [];
  });
  await snapshots.write(moved);
}

describe('an account', () => {
  it('that never moved is at rest, DISCONNECTED', async () => {
    const made = await create();
    expect(made).toMatchObject({ status: 'DISCONNECTED', detail: 'DISCONNECTED.idle', desired: 'DISCONNECTED' });
    expect(made).toMatchObject({
      label: 'sales',
      settings: { language: 'uk' },
      node: 'node-1',
      reason: null,
      phone: null,
    });
    expect(made.since).toBe(made.createdAt);
    expect(await accounts.find(made.id)).toEqual(made);
    expect(await accounts.find(uuidV7())).toBeNull();
  });

  it('shows what its machine committed last, to the millisecond', async () => {
    const { id } = await create();
    await ownership.own(id, 'node-1');
    const reason = { code: 'profile_in_use', at: NOON + 123, detail: 'pid 42' } as const;
    const restarts = { count: 3, nextAttemptAt: NOON + 2_001 };
    await snapshots.write([entryOf(id, 1, { state: stateOf('FAILED', { reason, restarts, phone: '+380441234567' }) })]);
    expect(await accounts.find(id)).toMatchObject({
      status: 'FAILED',
      phone: '+380441234567',
      since: '2026-01-02T12:00:00.000Z',
      reason: {
        code: 'profile_in_use',
        class: 'normal',
        who: 'operator',
        message: `${REASONS.profile_in_use.message} (pid 42)`,
        retryable: true,
        at: '2026-01-02T12:00:00.123Z',
      },
      restarts: { count: 3, nextAttemptAt: '2026-01-02T12:00:02.001Z' },
    });
  });

  it.each([
    ['needs nobody after a crash', 'browser_gone', 'crash', 'nobody'],
    ['needs whoever makes room on a full disk', 'disk_full', 'outage', 'operator'],
  ] as const)('on its way back %s', async (_, code, reasonClass, who) => {
    const { id } = await create();
    await ownership.own(id, 'node-1');
    const reason = { code, at: NOON, detail: null };
    await snapshots.write([entryOf(id, 1, { state: stateOf('CONNECTING', { reason }) })]);
    expect((await accounts.find(id))?.reason).toMatchObject({ class: reasonClass, who });
  });

  it('can be relabelled, and given other settings', async () => {
    const made = await create();
    const relabelled = await accounts.patch(made.id, { label: 'support' });
    expect(relabelled).toMatchObject({ label: 'support', settings: made.settings, createdAt: made.createdAt });
    expect(Date.parse(relabelled!.updatedAt)).toBeGreaterThanOrEqual(Date.parse(made.updatedAt));
    expect(await accounts.patch(made.id, { settings: {} })).toMatchObject({ label: 'support', settings: {} });
    expect(await accounts.patch(uuidV7(), { label: 'x' })).toBeNull();
  });

  it('once deleted is invisible, not restored, and purged with all that it had, after its time only', async () => {
    const { id } = await create();
    const messages = new MessageRepository(store);
    await ownership.own(id, 'node-1');
    await snapshots.write([entryOf(id, 1)]);
    const wanted = plainMessage(id, { now: NOON });
    await messages.accept(wanted);

    expect(await accounts.markDeleted(id)).toBe(true);
    expect(await accounts.markDeleted(id)).toBe(false);
    expect(await accounts.find(id)).toBeNull();
    expect(await accounts.patch(id, { label: 'x' })).toBeNull();
    expect((await list()).items).toEqual([]);
    expect(await ownership.ownAll('node-1')).toEqual([]);
    expect(await messages.accept(wanted)).toEqual({ unknownAccount: true });
    expect(await snapshots.write([entryOf(id, 2)])).toEqual(new Set()); // its session may still close
    expect(await ownership.deletedOf('node-1')).toEqual([id]);
    await ownership.giveUp(id, 'node-1');
    expect(await ownership.deletedOf('node-1')).toEqual([]);

    expect(await accounts.purgeDeleted(30)).toEqual([]);
    await poolOf(store).query(`UPDATE account SET deleted_at = now() - interval '31 days'`);
    expect(await accounts.purgeDeleted(30)).toEqual([id]);
    for (const table of ['account', 'account_ownership', 'account_snapshot', 'account_transition', 'message']) {
      expect((await poolOf(store).query(`SELECT FROM ${table}`)).rowCount, table).toBe(0);
    }
    expect(await snapshots.write([entryOf(id, 3)])).toEqual(new Set([id]));
  });
});

describe('the list of 1,000 accounts', () => {
  beforeEach(() => createMany(1_000));

  it('is walked page by page in the order of creation, each account once', async () => {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await list({ limit: 333, ...(cursor && { cursor }) });
      seen.push(...page.items.map(({ label }) => label));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(Array.from({ length: 1_000 }, (_, n) => `account ${n + 1}`));
  });

  it('ends exactly at a page that is just full', async () => {
    const page = await list({ limit: 500 });
    expect((await list({ limit: 500, cursor: page.nextCursor! })).nextCursor).toBeNull();
  });

  it('is filtered by status, provider and label together', async () => {
    expect((await list({ status: 'CONNECTED', limit: 500 })).items).toHaveLength(166);
    expect((await list({ status: 'DISCONNECTED', limit: 500 })).items).toHaveLength(167);
    const { items } = await list({ status: 'CONNECTED', provider: 'simulated', label: 'COUNT 5', limit: 500 });
    expect(items.map(({ label }) => label)).toContain('account 5');
    expect(items.every((item) => item.status === 'CONNECTED' && item.label.startsWith('account 5'))).toBe(true);
  });
});

it('a label is searched for literally, in upper and lower case', async () => {
  for (const label of ['100% sure', '1000 sure', 'a_b', 'axb', 'back\\slash', 'КИЇВ']) await create(label);
  const labels = async (label: string) => (await list({ label })).items.map((item) => item.label);
  expect(await labels('0% ')).toEqual(['100% sure']);
  expect(await labels('a_B')).toEqual(['a_b']);
  expect(await labels('k\\S')).toEqual(['back\\slash']);
  expect(await labels('київ')).toEqual(['КИЇВ']);
});

describe('ownership', () => {
  it('tells whose outbox need not be read, and never says so of an account taken while the API works', async () => {
    const [quiet, busy] = [await create(), await create()];
    await new MessageRepository(store).accept(plainMessage(busy.id, { now: NOON }));
    const owned = await ownership.ownAll('node-1');
    const emptyOf = (id: string) => owned.find(({ accountId }) => accountId === id)?.outboxEmpty;
    expect([emptyOf(quiet.id), emptyOf(busy.id)]).toEqual([true, false]);
    expect(await ownership.own(quiet.id, 'node-1')).toMatchObject({ outboxEmpty: false });
  });

  it('is taken of all accounts of the node or of nobody, each under the next epoch, the longest-waiting first', async () => {
    const [first, second, foreign, free] = [
      await create(),
      await create(),
      await create('x', 'node-2'),
      await create(),
    ];
    await poolOf(store).query('UPDATE account_ownership SET node_id = NULL WHERE account_id = $1', [free.id]);
    await ownership.own(first.id, 'node-1');
    await ownership.own(second.id, 'node-1');
    await snapshots.write([
      entryOf(first.id, 7, { enteredAt: NOON + 2 }),
      entryOf(second.id, 1, { enteredAt: NOON + 1 }),
    ]);

    const owned = await ownership.ownAll('node-1');
    expect(owned.map(({ accountId, epoch }) => [accountId, epoch])).toEqual([
      [second.id, 2],
      [first.id, 2],
      [free.id, 1],
    ]);
    expect(owned[1]).toEqual({
      accountId: first.id,
      provider: 'simulated',
      settings: { language: 'uk' },
      epoch: 2,
      snapshot: { version: 1, step: 7 },
      transitionSeq: 7,
      enteredAt: NOON + 2,
      outboxEmpty: true,
    });
    expect(owned[2]).toMatchObject({ snapshot: null, transitionSeq: 0, enteredAt: Date.parse(free.createdAt) });
    expect(await ownership.own(foreign.id, 'node-1')).toBeNull();
    expect(await ownership.own(uuidV7(), 'node-1')).toBeNull();
  });

  it('hands a snapshot that is no JSON on, so that one account does not stop the start of all', async () => {
    const { id } = await create();
    await ownership.own(id, 'node-1');
    await snapshots.write([entryOf(id, 1)]);
    await poolOf(store).query(`UPDATE account_snapshot SET snapshot = '{"cut'`);
    expect(await ownership.ownAll('node-1')).toMatchObject([{ accountId: id, snapshot: '{"cut' }]);
  });
});

it('the history is read in pages', async () => {
  const { id } = await create();
  await ownership.own(id, 'node-1');
  await snapshots.write([1, 2, 3, 4].map((seq) => entryOf(id, seq)));
  const page = await new TransitionRepository(store).list(id, 1, 2);
  expect(page.map(({ seq }) => seq)).toEqual([2, 3]);
  expect(page[0]).toEqual({
    seq: 2,
    at: '2026-01-02T12:00:00.002Z',
    from: 'DISCONNECTED.idle',
    to: 'CONNECTING.queued',
    event: 'account.connect',
    cause: null,
    incarnation: 1,
    epoch: 1,
    heldMs: 5,
  });
});
