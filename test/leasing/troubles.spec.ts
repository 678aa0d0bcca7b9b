import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LIMIT_RULES_MAX } from '#libs/contracts/limits/leasing';
import { startTestPostgres, type TestPostgres } from '#test/support/postgres';
import { granted, openLeaseStage, type LeaseStage } from './lease-stage.js';
import { violations } from './invariants.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
let postgres: TestPostgres;
let stage: LeaseStage;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  stage = await openLeaseStage(postgres, 2);
  return async () => {
    expect(await violations(stage.pool)).toEqual([]);
  };
});

const lease = (ask = {}) => granted(stage.allocate(ask));

describe('an account', () => {
  it('rests after a flood for what was asked and a minute, is free by itself, and is asked something first', async () => {
    const { account_id: id } = await lease({ require: { account_ids: [stage.ids[0]!] } });
    const told = await granted(stage.tellError(id, { error_type: 'flood_wait', error_message: 'FloodWaitError: 300' }));
    expect(told).toMatchObject({
      error_class: 'flood_wait',
      action: 'cooled',
      status: 'cooling',
      retry_after_ms: 360_000,
    });
    expect(await stage.check(id)).toMatchObject({ value: { allowed: false, denied_by: 'account' } });
    await stage.release(id);
    await stage.letPass(359_000);
    const wanted = { require: { account_ids: [id] } };
    expect(await stage.allocate(wanted)).toMatchObject({
      why: 'no_account_free',
      more: { accounts: [{ reason: 'cooling' }, { reason: 'not_required' }] },
    });
    await stage.letPass(2_000);
    expect(await lease(wanted)).toMatchObject({ account_id: id });
    expect(stage.probes).toEqual([id]);
    expect(await stage.health.recovery()).toMatchObject({
      cooling: [],
      recovered_today: { by_cause: { flood_wait: 1 } },
    });
  });

  it('that rests for long tells why it does, whatever small comes meanwhile', async () => {
    const [id] = stage.ids as [string];
    await stage.tellError(id, { error_type: 'PeerFloodError' });
    await stage.tellError(id, { error_type: 'unknown' });
    expect(await granted(stage.health.show(id))).toMatchObject({
      issues: [expect.stringContaining('after peer_flood') as string],
    });
  });

  it('that does not answer after its rest is given to nobody', async () => {
    const [id] = stage.ids as [string];
    await stage.tellError(id, { error_type: 'unknown' });
    await stage.letPass(16 * MINUTE_MS);
    stage.answers.well = false;
    expect(await stage.allocate({ require: { account_ids: [id] } })).toMatchObject({ why: 'no_account_free' });
    expect(await granted(stage.health.show(id))).toMatchObject({ status: 'cooling', leased_to: null });
    await stage.letPass(6 * MINUTE_MS);
    stage.answers.well = true;
    expect(await lease({ require: { account_ids: [id] } })).toMatchObject({ account_id: id });
  });

  it('whose login is dead is out until it connects anew, and one that is banned for good', async () => {
    const [one, other] = stage.ids as [string, string];
    const held = await lease({ require: { account_ids: [one] } });
    expect(await granted(stage.tellError(one, { error_type: 'auth_key_unregistered' }))).toMatchObject({
      action: 'awaiting_login',
    });
    expect(await stage.extend(one, { lease_id: held.lease_id })).toMatchObject({ why: 'lease_over' });
    await stage.tellError(other, { error_type: 'PhoneNumberBannedError' });
    await stage.letPass(48 * HOUR_MS);
    expect(await stage.allocate()).toMatchObject({ more: { next_available_at: null } });
    await stage.pool.query(`UPDATE account_snapshot SET since = now()`);
    expect(await lease()).toMatchObject({ account_id: one });
    expect(await stage.allocate()).toMatchObject({ why: 'no_account_free' });
  });

  it('is well when only its target refused, and that target is left alone by all', async () => {
    const [one, other] = [await lease(), await lease()];
    const report = { error_type: 'UserPrivacyRestrictedError', context: { target_id: 'bob' } };
    expect(await granted(stage.tellError(one.account_id, report))).toMatchObject({
      action: 'target_refused',
      is_healthy: true,
    });
    expect(await stage.check(other.account_id, { target_id: 'bob' })).toMatchObject({
      value: { denied_by: 'target_refused', retry_after_ms: null },
    });
    expect(await stage.check(other.account_id, { target_id: 'eve' })).toMatchObject({ value: { allowed: true } });
  });

  it('is refused by whom a message goes to, whoever tells it as the old clients do', async () => {
    const { account_id: id } = await lease();
    const told = (action_type: string, target_channel_id: string) =>
      granted(
        stage.tellError(id, { error_type: 'UserPrivacyRestrictedError', context: { action_type, target_channel_id } }),
      );
    expect((await told('message', 'bob')).message).toMatch('not tried again');
    expect((await told('invite', 'c1')).message).toMatch('not remembered');
    expect(await stage.pool.query('SELECT target FROM target_refusal')).toMatchObject({ rows: [{ target: 'bob' }] });
  });

  it('is not charged with what a service tells of a lease that is over', async () => {
    const [id] = stage.ids as [string];
    const require = { account_ids: [id] };
    const first = await lease({ require, service_name: 'early', target_channel_id: 'c1' });
    await stage.letPass(31 * MINUTE_MS);
    await lease({ require, service_name: 'late', user_id: 'other', target_channel_id: 'c2' });
    const flood = { error_type: 'peer_flood' };
    const stops = async () =>
      (await stage.pool.query<object>('SELECT user_id, channel, count(*)::int FROM channel_stop GROUP BY 1, 2')).rows;
    await stage.tellError(id, { ...flood, lease_id: first.lease_id });
    await stage.tellError(id, { ...flood, context: { service_name: 'early' } });
    expect(await stops()).toEqual([{ user_id: 'shop', channel: 'c1', count: 1 }]);
    expect((await granted(stage.tellError(id, { ...flood, context: { service_name: 'nobody' } }))).message).toMatch(
      'No channel is stopped',
    );
    const { items } = await stage.ledger.list({ account_id: id, what: 'error', limit: 1 });
    expect(items[0]).toMatchObject({ lease_id: first.lease_id, user_id: 'shop', service_name: 'early' });
  });

  it('is told of whatever shape a report has', async () => {
    const [id] = stage.ids as [string];
    const told = (report: object) => granted(stage.tellError(id, report));
    expect(await told({ error_type: 420, error_message: `FLOOD_WAIT_300 ${'x'.repeat(5_000)}` })).toMatchObject({
      error_class: 'flood_wait',
      action: 'cooled',
    });
    const context = { action_type: 'sendMessage', target_id: {}, purpose: '' };
    expect(await told({ error_type: null, error_message: 'TimeoutError', context })).toMatchObject({ action: 'retry' });
    expect(await told({ error_type: 'TimeoutError', context: 'while sending' })).toMatchObject({ action: 'retry' });
  });

  it('that flooded peers stops its channel for all accounts, until the owner says so', async () => {
    const ask = { target_channel_id: 'c1' };
    const [one, other] = [await lease(ask), await lease(ask)];
    expect(await granted(stage.tellError(one.account_id, { error_type: 'peer_flood' }))).toMatchObject({
      channel_stopped: true,
    });
    expect(await stage.check(other.account_id)).toMatchObject({ value: { denied_by: 'channel_stopped' } });
    await stage.release(other.account_id);
    await stage.letPass(25 * HOUR_MS);
    expect(await stage.allocate(ask)).toMatchObject({ why: 'channel_stopped' });
    expect(await stage.liftStop('shop', 'invite', 'c1')).toBe(true);
    expect(await stage.allocate(ask)).toMatchObject({ ok: true });
  });

  it('with nothing left in a channel is told, and passed over by who asks for another', async () => {
    await stage.limit({ actions: { '*': { max_per_channel_total: 1 } } });
    const ask = { target_channel_id: 'c1' };
    const { account_id: id } = await lease(ask);
    expect(await stage.check(id)).toMatchObject({ value: { allowed: true } });
    expect(await stage.check(id)).toMatchObject({ value: { denied_by: 'per_channel_total' } });
    await stage.release(id);
    expect(await stage.allocate(ask)).toMatchObject({ ok: false, why: 'channel_limit' });
    expect((await lease({ ...ask, on_channel_limit: 'switch' })).account_id).not.toBe(id);
    expect((await lease({ target_channel_id: 'c2' })).account_id).toBe(id);
  });
});

it('a rule that is there may be changed where there is no room for another', async () => {
  await stage.pool.query(
    `INSERT INTO limit_rule (id, user_id, limits) SELECT gen_random_uuid(), n::text, '{}' FROM generate_series(1, $1) n`,
    [LIMIT_RULES_MAX],
  );
  const put = (user_id: string) => stage.rules.put({ user_id, purpose: null, account_id: null }, { time_zone: 'UTC' });
  expect(await Promise.all([put('7'), put('another')])).toEqual(['done', 'limit_rules_full']);
});
