import { setTimeout as delay } from 'node:timers/promises';
import { v7 as uuidV7 } from 'uuid';
import { type DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MusterEvent } from '#libs/contracts/events';
import { type Clock, StaleEpochError } from '#src/supervision/ports';
import { entryOf, NOON, stateOf } from '#test/support/account-entries';
import { startTestPostgres, type TestPostgres } from '#test/support/postgres';
import { AccountRepository } from './account.repository.js';
import { poolOf } from './data-source.js';
import { OwnershipRepository } from './ownership.repository.js';
import { createSnapshotRecorder, type SnapshotRecorder } from './snapshot-recorder.js';
import { SnapshotRepository } from './snapshot.repository.js';
import { SNAPSHOT_WRITE, snapshotWriteValues } from './snapshot-write.js';
import { TransitionRepository } from './transition.repository.js';

const SECONDS = { timeout: 60_000, interval: 10 }; // a second alone; beside ten programs a Postgres came back after 17
const clock: Clock = {
  now: Date.now,
  setTimeout: (run, afterMs) => setTimeout(run, afterMs),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

let postgres: TestPostgres;
let store: DataSource;
let ownership: OwnershipRepository;
let snapshots: SnapshotRepository;
let transitions: TransitionRepository;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  store = await postgres.openStore();
  ownership = new OwnershipRepository(store);
  snapshots = new SnapshotRepository(store);
  transitions = new TransitionRepository(store);
});

/** Accounts that node-1 owns under epoch 1. */
async function ownAccounts(count: number): Promise<string[]> {
  const accounts = new AccountRepository(store);
  const ids = Array.from({ length: count }, () => uuidV7());
  for (const id of ids) {
    await accounts.create({ id, label: 'x', provider: 'simulated', settings: {}, nodeId: 'node-1' });
  }
  await ownership.ownAll('node-1');
  return ids;
}
const seqsOf = async (id: string): Promise<number[]> => (await transitions.list(id, 0, 10_000)).map(({ seq }) => seq);
/** The steps of which the event log tells, in its order. */
async function loggedSeqsOf(id: string): Promise<readonly number[]> {
  const { rows } = await poolOf(store).query<{ data: { steps: { seq: number }[] } }>(
    `SELECT data FROM event WHERE account_id = $1 AND name = 'account.changed' ORDER BY id`,
    [id],
  );
  return rows.flatMap(({ data }) => data.steps.map(({ seq }) => seq));
}
/** Until a statement of this database waits for a lock. */
const somebodyWaits = () =>
  vi.waitFor(async () => {
    const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    expect((await poolOf(store).query(waiting)).rowCount).toBe(1);
  }, SECONDS);

describe('a write', () => {
  it('keeps the last snapshot and every step of an account that comes several times', async () => {
    const [a, b] = (await ownAccounts(2)) as [string, string];
    expect(await snapshots.write([entryOf(a, 1), entryOf(b, 1), entryOf(a, 2), entryOf(a, 3)])).toEqual(new Set());
    expect(await snapshots.find(a)).toMatchObject({ epoch: 1, snapshot: { version: 1, step: 3 } });
    expect([await seqsOf(a), await seqsOf(b)]).toEqual([[1, 2, 3], [1]]);
  });

  it('may be repeated: nothing is doubled', async () => {
    const [a] = (await ownAccounts(1)) as [string];
    await snapshots.write([entryOf(a, 1)]);
    await snapshots.write([entryOf(a, 1), entryOf(a, 2)]);
    expect(await seqsOf(a)).toEqual([1, 2]);
  });

  it('keeps the number of the last step when a later entry has no step', async () => {
    const [a] = (await ownAccounts(1)) as [string];
    await snapshots.write([entryOf(a, 1), entryOf(a, 2)]);
    await snapshots.write([entryOf(a, 3, { transitions: [] })]);
    expect(await ownership.ownAll('node-1')).toMatchObject([{ transitionSeq: 2, snapshot: { step: 3 } }]);
  });

  it('takes NULs, quotes and halves of surrogate pairs, which providers do send', async () => {
    const [a] = (await ownAccounts(1)) as [string];
    const odd = 'a\0b"\\{},\ud800\u001e';
    const reason = { code: 'driver_error', at: NOON, detail: odd } as const;
    await snapshots.write([entryOf(a, 1, { snapshot: { odd }, state: stateOf('FAILED', { reason }) })]);
    expect((await snapshots.find(a))?.snapshot).toEqual({ odd });
  });

  it('that was overtaken by a repetition leaves the newer snapshot alone', async () => {
    const [a] = (await ownAccounts(1)) as [string];
    await snapshots.write([entryOf(a, 1)]);
    await snapshots.write([entryOf(a, 2)]);
    await poolOf(store).query({ ...SNAPSHOT_WRITE, values: snapshotWriteValues([entryOf(a, 1)], 5) }); // the straggler
    expect(await snapshots.find(a)).toMatchObject({ snapshot: { step: 2 } });
    expect(await seqsOf(a)).toEqual([1, 2]);
  });
});

describe('an epoch that is over', () => {
  it('writes nothing for its account, and the others are written', async () => {
    const [a, b] = (await ownAccounts(2)) as [string, string];
    await ownership.own(a, 'node-1');
    expect(await snapshots.write([entryOf(a, 1), entryOf(b, 1)])).toEqual(new Set([a]));
    expect([await snapshots.find(a), await seqsOf(a), await seqsOf(b)]).toEqual([null, [], [1]]);
  });

  it('cannot slip in while the account is being taken: the write waits, looks again, and is refused', async () => {
    const [a] = (await ownAccounts(1)) as [string];
    const taker = await poolOf(store).connect();
    await taker.query('BEGIN');
    await taker.query('UPDATE account_ownership SET epoch = epoch + 1');
    const write = snapshots.write([entryOf(a, 1)]);
    await somebodyWaits();
    await taker.query('COMMIT');
    taker.release();
    expect(await write).toEqual(new Set([a]));
    expect(await seqsOf(a)).toEqual([]);
  });

  it('is finished first when it writes already: the taker waits, and reads what it wrote', async () => {
    const [a] = (await ownAccounts(1)) as [string];
    const writer = await poolOf(store).connect();
    await writer.query('BEGIN');
    await writer.query({ ...SNAPSHOT_WRITE, values: snapshotWriteValues([entryOf(a, 1)], Date.now() * 1_000) });
    const take = ownership.ownAll('node-1');
    await somebodyWaits();
    await writer.query('COMMIT');
    writer.release();
    expect(await take).toMatchObject([{ accountId: a, epoch: 2, transitionSeq: 1, snapshot: { step: 1 } }]);
  });
});

describe('the recorder on this store', () => {
  let recorder: SnapshotRecorder;
  let news: MusterEvent[];
  beforeEach(() => {
    news = [];
    recorder = createSnapshotRecorder({
      write: (entries) => snapshots.write(entries),
      clock,
      bus: { publish: (event) => void news.push(event) },
      log: { info: () => {}, warn: () => {} },
      limits: { retryMs: 20, retryMsMax: 100 },
    });
  });

  it('rejects an account that was taken, and goes on with the others', async () => {
    const [a, b] = (await ownAccounts(2)) as [string, string];
    await ownership.own(a, 'node-1');
    const results = await Promise.allSettled([recorder.record(entryOf(a, 1)), recorder.record(entryOf(b, 1))]);
    expect(results[0]).toMatchObject({ status: 'rejected', reason: expect.any(StaleEpochError) as Error });
    expect(results[1]).toMatchObject({ status: 'fulfilled' });
    await recorder.close();
  });

  it('loses and doubles nothing when Postgres is killed under it, again and again', async () => {
    const KILLS = 3;
    const ids = await ownAccounts(20);
    const acknowledged = new Map(ids.map((id) => [id, 0]));
    let killed = 0;
    const drive = async (id: string): Promise<void> => {
      for (let seq = 1; killed < KILLS || seq <= 50; seq += 1) {
        await recorder.record(entryOf(id, seq));
        acknowledged.set(id, seq);
      }
    };
    const driven = Promise.all(ids.map(drive));
    const acknowledgedAll = () => [...acknowledged.values()].reduce((sum, seq) => sum + seq, 0);
    for (; killed < KILLS; killed += 1) {
      const before = acknowledgedAll();
      await vi.waitFor(() => expect(acknowledgedAll()).toBeGreaterThan(before + 200), SECONDS);
      await delay(killed * 3); // not always at the same place of a commit
      postgres.kill();
    }
    await driven;
    await recorder.close();

    for (const id of ids) {
      const last = acknowledged.get(id)!;
      expect(await seqsOf(id)).toEqual(Array.from({ length: last }, (_, n) => n + 1));
      expect((await snapshots.find(id))?.snapshot).toMatchObject({ step: last });
      const told = news.filter((event) => event.accountId === id);
      expect(told).toHaveLength(last);
      expect(await loggedSeqsOf(id)).toEqual(Array.from({ length: last }, (_, n) => n + 1));
    }
  }, 120_000);
});
