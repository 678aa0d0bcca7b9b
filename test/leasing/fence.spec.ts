import { v7 as uuidV7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LEASE_FAILURES } from '#libs/contracts/account-manager/fence';
import { UNCERTAIN_MESSAGE } from '#libs/contracts/message';
import { FenceGate } from '#src/application/leasing/fence-gate';
import { MessageRepository } from '#src/persistence/message.repository';
import { OwnershipRepository } from '#src/persistence/ownership.repository';
import { plainMessage } from '#test/support/plain-message';
import { startTestPostgres, type TestPostgres } from '#test/support/postgres';
import { type LeaseStage, openLeaseStage } from './lease-stage.js';

const MINUTE_MS = 60_000;
let postgres: TestPostgres;
let stage: LeaseStage;
let messages: MessageRepository;
let id: string;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  stage = await openLeaseStage(postgres, 1);
  messages = new MessageRepository(stage.store);
  [id] = stage.ids as [string];
  await new OwnershipRepository(stage.store).own(id, 'n');
  return () => stage.store.destroy();
});

const accept = (fence: number | null, more = {}) => messages.accept(plainMessage(id, { fence, ...more }));
async function accepted(fence: number | null, more = {}): Promise<string> {
  const outcome = await accept(fence, more);
  if (!('message' in outcome)) throw new Error(JSON.stringify(outcome));
  return outcome.message.id;
}
const claimAs = async (isUnknown: boolean, ...ids: readonly string[]): Promise<readonly string[]> => {
  const asked = (messageId: string) => ({ messageId, providerMessageId: `p-${messageId}`, nextAttemptAt: Date.now() });
  return [
    ...(await messages.claim(
      id,
      1,
      ids.map((messageId) => ({ ...asked(messageId), isUnknown })),
    )),
  ];
};
const failure = (code: keyof typeof LEASE_FAILURES) => ({ code, message: LEASE_FAILURES[code] });
const claim = (...ids: readonly string[]) => claimAs(false, ...ids);
async function lease(more = {}): Promise<number> {
  const outcome = await stage.allocate({ timeout_minutes: 5, ...more });
  if (!outcome.ok) throw new Error(outcome.why);
  return outcome.value.fence;
}

describe('a message', () => {
  it('is taken with the fence of the lease that lives, and stored with no other and without none', async () => {
    expect(await accept(1)).toEqual({ fenced: true });
    const fence = await lease();
    expect(await accept(null)).toEqual({ fenced: true });
    expect(await accept(fence + 1)).toEqual({ fenced: true });
    await accepted(fence);
    await stage.release(id);
    expect(await accept(fence)).toEqual({ fenced: true });
    await accepted(null);
    expect((await messages.pending(id, 10, [])).length).toBe(2);
  });

  const chat = { to: '+491', chatId: '491@c.us' };
  it.each([
    ['account_cooling', { error_type: 'FloodWaitError: 300' }],
    ['channel_stopped', { error_type: 'peer_flood', context: { target_channel_id: '491' } }],
    ['target_refused', { error_type: 'UserPrivacyRestrictedError', context: { target_id: '+491' } }],
  ] as const)('is neither taken nor handed over under a lease that lives: %s', async (bar, report) => {
    const fence = await lease();
    const before = await accepted(fence, chat);
    const elsewhere = await accepted(fence, { to: '+492', chatId: '492@c.us' });
    await stage.tellError(id, report);
    if (bar === 'channel_stopped') await stage.pool.query(`UPDATE account_slot SET cooling_until = '-infinity'`);
    expect(await accept(fence, chat)).toEqual({ barred: bar });
    expect(await claim(before, elsewhere)).toEqual(bar === 'account_cooling' ? [] : [elsewhere]);
    expect(await messages.find(before)).toMatchObject({ status: 'failed', error: failure(bar) });
  });

  it('that is turned away, and a person who goes past, are in the ledger beside the lease that lives', async () => {
    const gate = new FenceGate(stage.leases, stage.ledger);
    const call = { operation: 'restartAccount', fence: null, override: null };
    expect(await gate.pass(id, call)).toMatchObject({ ok: true });
    const fence = await lease();
    expect(await gate.pass(id, call)).toMatchObject({ why: 'leased' });
    expect(await gate.pass(id, { ...call, fence: fence - 1 })).toMatchObject({ why: 'lease_over' });
    expect(await gate.pass(id, { ...call, override: 'olga' })).toMatchObject({ ok: true });
    expect(await gate.pass(id, { ...call, fence })).toMatchObject({ ok: true });
    const { items } = await stage.ledger.list({ account_id: id, what: 'lease', order: 'newest', limit: 3 });
    expect(items.map(({ decision, why }) => `${decision} ${why}`)).toEqual([
      'overridden olga',
      'turned_away lease_over',
      'turned_away leased',
    ]);
    expect(items.every((line) => line.fence === fence)).toBe(true);
  });

  it('of a person is sent though the account rests, once nobody has it', async () => {
    const fence = await lease();
    await stage.tellError(id, { error_type: 'FloodWaitError: 300' });
    await stage.release(id);
    expect(await accept(fence)).toEqual({ fenced: true });
    expect(await claim(await accepted(null, chat))).toHaveLength(1);
  });

  it('that came before is answered under its key, whatever became of the lease', async () => {
    const key = { idempotencyKey: uuidV7() };
    const first = await accepted(await lease(), key);
    await stage.release(id);
    expect(await accept(null, key)).toMatchObject({ created: false, message: { id: first } });
  });

  it('accepted under a lease is handed over while that lives', async () => {
    const fence = await lease();
    const mine = await accepted(fence);
    expect(await claim(mine)).toEqual([mine]);
  });

  it('is not handed over when its lease was released, has expired, or is another’s by now, but fails and says why', async () => {
    const before = await accepted(null);
    for (const end of [
      () => stage.release(id),
      () => stage.letPass(5 * MINUTE_MS),
      () => stage.tellError(id, { error_type: 'auth_key_unregistered' }),
    ]) {
      const stale = await accepted(await lease());
      await end();
      expect(await claim(stale)).toEqual([]);
      expect(await messages.find(stale)).toMatchObject({ status: 'failed', error: failure('lease_over') });
      await stage.pool.query('UPDATE account_snapshot SET since = clock_timestamp()');
    }
    const last = await accepted(await lease());
    await stage.release(id);
    await lease();
    expect(await claim(before, last)).toEqual([before]);
  });

  it('that may have been handed over when its lease ended is uncertain, unless the provider says that it has none', async () => {
    const fence = await lease();
    const [lost, unknown, postponed] = [await accepted(fence), await accepted(fence), await accepted(fence)];
    expect(await claim(lost, unknown, postponed)).toHaveLength(3);
    await messages.postpone(id, 1, postponed, { tries: 1, nextAttemptAt: Date.now(), error: null });
    await stage.release(id);
    expect(await claim(lost, postponed)).toEqual([]);
    expect(await claimAs(true, unknown)).toEqual([]);
    expect(await messages.find(lost)).toMatchObject({ status: 'uncertain', error: UNCERTAIN_MESSAGE });
    for (const unsent of [unknown, postponed])
      expect(await messages.find(unsent)).toMatchObject({ status: 'failed', error: failure('lease_over') });
  });

  it('of a mixed batch leaves the others alone, and its end is in the log', async () => {
    const fence = await lease();
    const stale = await accepted(fence);
    await stage.release(id);
    const free = await accepted(null);
    expect(await claim(stale, free)).toEqual([free]);
    const { rows } = await stage.pool.query<{ id: string }>(
      `SELECT data ->> 'id' AS id FROM event WHERE name = 'message.changed' AND data ->> 'status' = 'failed'`,
    );
    expect(rows).toEqual([{ id: stale }]);
    expect((await messages.pending(id, 10, [])).map((one) => one.id)).toEqual([free]);
  });
});
