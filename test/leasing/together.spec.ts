import { v7 as uuidV7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LeaseGroups } from '#src/persistence/leasing/lease-groups';
import { GRANT, RELEASE, RELEASE_TOGETHER } from '#src/persistence/leasing/lease-statements';
import { LeaseRepository, type WantedLease } from '#src/persistence/leasing/lease.repository';
import { startTestPostgres, type TestPostgres } from '#test/support/postgres';
import { violations } from './invariants.js';
import { type LeaseStage, openLeaseStage } from './lease-stage.js';

/** Callers of one program, at once. */
const CALLERS = 24;
const SOON = { timeout: 30_000, interval: 5 };
let postgres: TestPostgres;
let stage: LeaseStage;
let leases: LeaseRepository;
beforeAll(async () => {
  postgres = await startTestPostgres();
  stage = await openLeaseStage(postgres, CALLERS);
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  await stage.forget();
  await stage.pool.query('DELETE FROM event');
  leases = new LeaseRepository(stage.store);
  return async () => expect(await violations(stage.pool)).toEqual([]);
});

const NOBODY_IN_PARTICULAR = { channel: null, sticky: null, without: [], providers: null, accountIds: null };
const wants = (n: number, more: Partial<WantedLease> = {}): WantedLease => ({
  ...{ id: uuidV7(), userId: 'shop', serviceName: `s${n}`, purpose: `p${n}`, forMs: 60_000 + n },
  ...NOBODY_IN_PARTICULAR,
  ...more,
});
const atOnce = <T>(work: (n: number) => Promise<T>, callers = CALLERS): Promise<readonly T[]> =>
  Promise.all(Array.from({ length: callers }, (_, n) => work(n)));
/** Of those that were granted. */
async function grantAll(...all: readonly WantedLease[]): Promise<readonly string[]> {
  const granted = await Promise.all(all.map((one) => leases.grant(one)));
  return granted.map((one) => (one === null || one === 'known' ? String(one) : one.accountId));
}
const release = (n: number, accountId: string, usage: object | null = null) =>
  leases.release({ accountId, serviceName: `s${n}`, leaseId: null }, usage);
const count = async (what: string, where: string): Promise<number> =>
  (await stage.pool.query<{ n: number }>(`SELECT count(${what})::integer AS n FROM ${where}`)).rows[0]!.n;

describe('leases that one program gives at once', () => {
  it('share a commit, and each has its account, its terms, its row, its line in the ledger and its end', async () => {
    const wanted = Array.from({ length: CALLERS }, (_, n) => wants(n));
    const ids = await grantAll(...wanted);
    expect(new Set(ids).size).toBe(CALLERS);
    expect(await count('DISTINCT xmin::text', 'lease')).toBe(1);
    const { rows } = await stage.pool.query<object>(
      `SELECT id, account_id AS account, service_name AS service, purpose, (extract(epoch FROM expires_at - allocated_at) * 1000)::float8 AS ms
       FROM lease ORDER BY expires_at - allocated_at`,
    );
    const terms = wanted.map(({ id, serviceName: service, purpose, forMs }, n) => {
      return { id, account: ids[n], service, purpose, ms: expect.closeTo(forMs, 0) as number };
    });
    expect(rows).toEqual(terms);
    const ended = await atOnce((n) => release(n, ids[n]!, { invites_sent: n }));
    expect(ended.map((one) => one?.leaseId)).toEqual(wanted.map(({ id }) => id));
    expect(
      await count('DISTINCT ended_at', `lease WHERE (usage_stats ->> 'invites_sent') = substr(service_name, 2)`),
    ).toBe(CALLERS);
    expect(await count('*', `lease_ledger WHERE decision = 'granted'`)).toBe(CALLERS);
    expect(await count('*', `lease_ledger WHERE decision = 'released'`)).toBe(CALLERS);
    expect(await count('DISTINCT xmin::text', `event WHERE name = 'lease.ended'`)).toBe(1);
    expect(await count('*', `event WHERE name = 'lease.ended'`)).toBe(CALLERS);
  });

  it('go to who had the account last, then to who asked first, and to nobody when there is none left', async () => {
    const had = await grantAll(wants(0, { sticky: 'a' }), wants(1, { sticky: 'b' }), wants(2, { sticky: 'c' }));
    for (const [n, id] of had.entries()) await release(n, id);
    await stage.pool.query('UPDATE account_slot SET disabled_at = now() WHERE account_id <> ALL ($1)', [had]);
    const asked = [wants(3), wants(4, { sticky: 'c' }), wants(5, { sticky: 'c' }), wants(6, { sticky: 'a' }), wants(7)];
    expect(await grantAll(...asked)).toEqual([had[1], had[2], 'null', had[0], 'null']);
  });

  it('are not kept from each other by one that was given before, nor by one that can’t be written', async () => {
    const [first] = [wants(0)];
    await grantAll(first);
    const outcomes = await Promise.allSettled(
      [first, wants(1), wants(2, { purpose: '\u0000' }), wants(3)].map((one) => leases.grant(one)),
    );
    expect(outcomes.map((one) => (one.status === 'rejected' ? 'rejected' : typeof one.value))).toEqual([
      'string',
      'object',
      'rejected',
      'object',
    ]);
    expect(await count('*', 'lease')).toBe(3);
  });

  it('are not given to those who were told long ago that there was no answer', async () => {
    const late = new LeaseGroups(() => stage.pool, { GRANT, RELEASE, RELEASE_TOGETHER }, -1);
    await expect(late.grant(wants(0))).rejects.toThrow('too late');
    expect(await count('*', 'lease')).toBe(0);
  });
});

describe('leases that are given back at once', () => {
  it('do not wait for one that somebody has locked, which is given back afterwards', async () => {
    const ids = await grantAll(...Array.from({ length: 4 }, (_, n) => wants(n)));
    const other = await stage.pool.connect();
    await other.query('BEGIN');
    await other.query('SELECT FROM account_slot WHERE account_id = $1 FOR UPDATE', [ids[1]]);
    const ends = ids.map((id, n) => release(n, id));
    expect((await Promise.all(ends.filter((_, n) => n !== 1))).every((one) => one !== null)).toBe(true);
    expect(await count('*', 'lease WHERE ended_at IS NULL')).toBe(1);
    await other.query('ROLLBACK');
    other.release();
    expect(await ends[1]).toMatchObject({ endCause: 'released' });
  });

  it('end once each, whoever else says so', async () => {
    const ids = await grantAll(wants(0), wants(1), wants(2));
    const all = [release(0, ids[0]!), release(0, ids[0]!), release(9, ids[1]!), release(2, ids[2]!)];
    const ends = (await Promise.all(all)).map((one) => one !== null);
    expect(ends.slice(0, 2).toSorted()).toEqual([false, true]);
    expect(ends.slice(2)).toEqual([false, true]);
    expect(await count('*', `lease_ledger WHERE decision = 'released'`)).toBe(2);
  });

  it('are not kept from it by one whose holder says what can’t be written', async () => {
    const ids = await grantAll(wants(0), wants(1), wants(2));
    const all = [release(0, ids[0]!), release(1, ids[1]!, { said: '\u0000' }), release(2, ids[2]!)];
    const ends = (await Promise.allSettled(all)).map(({ status }) => status);
    expect(ends).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await count('*', 'lease WHERE ended_at IS NULL')).toBe(1);
  });
});

describe('several programs at once', () => {
  it('give each account once, and all there are, each many together', async () => {
    const programs = Array.from({ length: 3 }, () => new LeaseRepository(stage.store));
    for (let round = 1; round <= 5; round += 1) {
      const granted = await atOnce((n) => programs[n % 3]!.grant(wants(n)), 2 * CALLERS);
      const held = granted.flatMap((one, n) => (one === null || one === 'known' ? [] : [{ n, id: one.accountId }]));
      expect(held).toHaveLength(CALLERS);
      expect(new Set(held.map(({ id }) => id)).size).toBe(CALLERS);
      const ends = await Promise.all(
        held.map(({ n, id }) =>
          programs[(n + 1) % 3]!.release({ accountId: id, serviceName: `s${n}`, leaseId: null }, null),
        ),
      );
      expect(ends).not.toContain(null);
    }
    await expect.poll(() => count('*', 'account_slot WHERE expires_at > clock_timestamp()'), SOON).toBe(0);
  });
});
