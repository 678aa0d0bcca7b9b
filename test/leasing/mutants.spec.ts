import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OFFER_MS_MAX } from '#libs/contracts/limits/leasing';
import { EXTEND, GRANT } from '#src/persistence/leasing/lease-statements';
import { ACCEPT } from '#src/persistence/leasing/offer-statements';
import { startTestPostgres, type TestPostgres } from '#test/support/postgres';
import { violations } from './invariants.js';
import { atOnce, both, patched, someoneWaits, SOON } from './mutants.js';

/**
 * Bugs that programs of this kind have, put into the very statements, each of which the schedules below must see; those of
 * checks and records are in mutants-of-usage.spec.ts. The last is the one that the simulation can't have
 * (test/simulation/bugs.ts): the renewal of a lease that has expired.
 */
const MINUTE_MS = 60_000;
let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

describe('is caught:', () => {
  it('SKIP LOCKED removed: who wants any account waits for the one that somebody else is getting', async () => {
    const ends = await both(postgres, 2, { lease: { GRANT: patched(GRANT, 'SKIP LOCKED', '') } }, async (stage) => {
      const other = await stage.pool.connect();
      await other.query('BEGIN');
      await other.query('SELECT FROM account_slot WHERE account_id = $1 FOR UPDATE', [stage.ids[0]]);
      const asked = stage.allocate();
      const end = await Promise.race([someoneWaits(stage).catch(() => 'neither'), asked.then(() => 'answered')]);
      await other.query('ROLLBACK');
      other.release();
      await asked;
      return end;
    });
    expect(ends).toEqual(['waits', 'answered']);
  });

  it('the check of expiry moved into code: two hold one account', async () => {
    const unchecked = patched(GRANT, 's.expires_at <= clock_timestamp() AND', '');
    const ends = await both(postgres, 1, { lease: { GRANT: unchecked } }, async (stage) => {
      // What code of that kind does: it looks first, as all others do at once, and then takes.
      const looks = await atOnce(() => stage.leases.look(1));
      expect(looks.every(([slot]) => slot!.leasedUntil === null)).toBe(true);
      await atOnce((n) => stage.allocate({ service_name: `s${n}` }));
      return (await violations(stage.pool)).length > 0;
    });
    expect(ends).toEqual([true, false]);
  });

  it.each([
    ['rests', 'AND s.cooling_until <= clock_timestamp()', { error_type: 'flood_wait', error_message: '300' }],
    ['is disabled for good', 'AND s.disabled_at IS NULL', { error_type: 'UserDeactivatedBanError' }],
  ])('an allocation that takes an account that %s', async (_, from, error) => {
    // As the account answers well to the probe, nothing else keeps it from being leased.
    const ends = await both(postgres, 1, { lease: { GRANT: patched(GRANT, from, '') } }, async (stage) => {
      await stage.tellError(stage.ids[0]!, error);
      const asked = await stage.allocate();
      return [asked.ok, (await violations(stage.pool)).map((one) => one.split(':')[0])];
    });
    expect(ends).toEqual([
      [true, ['account that rested or was out was given away']],
      [false, []],
    ]);
  });

  it('the fence not raised: a second lease under the same fence', async () => {
    const ends = await both(
      postgres,
      1,
      { lease: { GRANT: patched(GRANT, 'fence = s.fence + 1', 'fence = greatest(s.fence, 1)') } },
      async (stage) => {
        const [id] = stage.ids as [string];
        const first = await stage.allocate();
        await stage.release(id);
        const second = await stage.allocate().catch(() => 'refused by the store');
        return first.ok && typeof second === 'object' && second.ok && second.value.fence > first.value.fence;
      },
    );
    expect(ends).toEqual([false, true]);
  });

  it('the acceptance of an offer that has expired', async () => {
    const late = patched(ACCEPT, 'AND s.expires_at > clock_timestamp()', '');
    const ends = await both(postgres, 1, { lease: { ACCEPT: late } }, async (stage) => {
      await stage.tellError(stage.ids[0]!, { error_type: 'unknown' });
      await stage.letPass(16 * MINUTE_MS);
      let answer!: () => void;
      stage.answers.after = new Promise((resolve) => (answer = resolve));
      const allocated = stage.allocate({ timeout_minutes: 5 });
      await expect.poll(() => stage.probes.length, SOON).toBe(1);
      await stage.letPass(OFFER_MS_MAX);
      answer();
      const asked = await allocated;
      const told = (await violations(stage.pool)).map((one) => one.split(':')[0]);
      const { items } = await stage.ledger.list({ what: 'lease', limit: 10 });
      return [asked.ok, told, items.map(({ decision }) => decision)];
    });
    expect(ends).toEqual([
      [true, ['lease that was over was renewed'], ['offered', 'accepted']],
      [true, [], ['offered', 'granted']],
    ]);
  });

  it('the renewal of a lease that has expired', async () => {
    const late = patched(EXTEND, 'AND s.expires_at > clock_timestamp()', '');
    const ends = await both(postgres, 1, { lease: { EXTEND: late } }, async (stage) => {
      const [id] = stage.ids as [string];
      await stage.allocate({ timeout_minutes: 5 });
      await stage.letPass(5 * MINUTE_MS);
      const renewed = await stage.extend(id);
      return [renewed.ok, (await violations(stage.pool)).map((one) => one.split(':')[0])];
    });
    expect(ends).toEqual([
      [true, ['lease that was over was renewed']],
      [false, []],
    ]);
  });
});
