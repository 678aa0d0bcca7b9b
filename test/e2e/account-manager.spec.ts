import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MusterClient } from '#libs/client/client';
import { startRuntime, type TestRuntime } from '#test/support/runtime';
import { connectPair, untilFrame } from '#test/support/simulated-pair';

/** What old clients send and read, in their own words and nothing else: no types of ours, no client. */
type Json = Readonly<Record<string, unknown>>;
let runtime: TestRuntime;
let client: MusterClient;
beforeAll(async () => {
  runtime = await startRuntime();
  ({ client } = runtime);
  await connectPair(client);
});
afterAll(async () => runtime[Symbol.asyncDispose]());

async function call(method: 'GET' | 'POST', path: string, body?: Json): Promise<{ status: number; body: Json }> {
  const answer = await fetch(`${runtime.url}/api/v1/account-manager${path}`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Json };
}
const post = async (path: string, body: Json): Promise<Json> => {
  const answer = await call('POST', path, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
};
const get = async (path: string): Promise<Json> => {
  const answer = await call('GET', path);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
};
const SOON = { timeout: 15_000, interval: 20 };
const CHANNEL = '-1001234567890';
const ASK = { user_id: 7, purpose: 'invite', service_name: 'inviter', timeout_minutes: 30, target_channel_id: CHANNEL };
const INVITE = { action_type: 'invite', target_channel_id: CHANNEL };

describe('a service that knows nothing but the table', () => {
  it('allocates, asks how the account is, invites five, errs, releases, and sees it recover', async () => {
    const lease = await post('/allocate', ASK);
    const id = lease['account_id'] as string;
    expect(lease).toMatchObject({
      phone: expect.stringMatching(/^\+38044111000[12]$/) as string,
      lease_id: expect.any(String) as string,
      fence: 1,
      limits: { daily_invite_limit: 30, max_per_channel_total: 200 },
    });
    expect(await get(`/health/${id}`)).toMatchObject({
      account_id: id,
      is_healthy: true,
      status: 'healthy',
      issues: ['Account is healthy'],
      recovery_eta: null,
    });

    for (let n = 0; n < 5; n += 1) {
      expect(await post(`/rate-limit/check/${id}`, INVITE)).toMatchObject({
        allowed: true,
        checks: {
          daily: { used: n, limit: 30, remaining: 30 - n },
          per_channel: { used: n, limit: 15, remaining: 15 - n },
        },
        reservation_id: expect.any(String) as string,
        denied_by: null,
        retry_after_ms: null,
      });
      expect(await post(`/rate-limit/record/${id}`, { ...INVITE, success: true })).toMatchObject({
        recorded: 'done',
        counters: { daily: { used: n + 1 }, per_channel: { used: n + 1 } },
      });
    }
    expect(await get(`/rate-limit/status/${id}`)).toMatchObject({
      daily: { invite: { used: 5, limit: 30, remaining: 25, held: 0 } },
      per_channel_limits: { [CHANNEL]: { used_today: 5, total: 5 } },
    });

    const context = { ...INVITE, service_name: 'inviter' };
    const error = { error_type: 'flood_wait', error_message: 'FloodWaitError: 300', context };
    const told = await post(`/handle-error/${id}`, error);
    expect(told).toMatchObject({
      error_class: 'flood_wait',
      action: 'cooled',
      is_healthy: false,
      retry_after_ms: 360_000,
    });
    expect(await get(`/health/${id}`)).toMatchObject({
      is_healthy: false,
      status: 'cooling',
      recovery_eta: told['blocked_until'],
    });
    expect(await post(`/rate-limit/check/${id}`, INVITE)).toMatchObject({ allowed: false, denied_by: 'account' });

    const usage = { invites_sent: 5, messages_sent: 0, contacts_added: 0, channels_used: [CHANNEL], success: true };
    const done = { service_name: 'inviter', usage_stats: usage };
    expect(await post(`/release/${id}`, done)).toMatchObject({ released: true, end_cause: 'released' });
    expect(await post(`/release/${id}`, done)).toMatchObject({ released: false, end_cause: 'released' });

    expect(await get('/stats/recovery')).toMatchObject({
      cooling: [{ account_id: id, cause: 'flood_wait', until: told['blocked_until'] }],
      by_cause: { flood_wait: 1 },
    });
    expect(await get('/accounts/health')).toMatchObject({ counts: { total: 2, healthy: 1, cooling: 1, leased: 0 } });
    const ledger = await get(`/ledger?account_id=${id}&limit=100`);
    const lines = (ledger['items'] as Json[]).map((line) => `${String(line['what'])} ${String(line['decision'])}`);
    expect(lines).toEqual([
      'lease granted',
      ...Array.from({ length: 5 }, () => ['check allowed', 'record done']).flat(),
      'error cooled',
      'check denied',
      'lease released',
    ]);
  });

  it('is told, when there is no account for it, why of each, and when to come again', async () => {
    const second = await post('/allocate', { ...ASK, service_name: 'parser' });
    const none = await call('POST', '/allocate', ASK);
    expect(none).toMatchObject({
      status: 409,
      body: { code: 'no_account_free', next_available_at: expect.any(String) as string },
    });
    const reasons = (none.body['accounts'] as Json[]).map((account) => account['reason']).sort();
    expect(reasons).toEqual(['cooling', 'leased']);
    const id = second['account_id'] as string;
    expect(await call('POST', `/release/${id}`, { service_name: 'inviter' })).toMatchObject({
      status: 409,
      body: { code: 'lease_not_yours' },
    });
    expect(await post(`/extend/${id}`, { service_name: 'parser', timeout_minutes: 60 })).toMatchObject({ fence: 1 });
    await post(`/release/${id}`, { service_name: 'parser' });
  });
});

describe('while an account is leased', () => {
  it('only its holder writes with it, by the fence of the lease, and nobody by one that is over', async () => {
    const healthy = (await client.leases.listHealth()).items.find((one) => one.is_healthy)!;
    const others = (await client.accounts.list()).items.filter((one) => one.id !== healthy.account_id);
    const to = others[0]!.phone!;
    const require = { account_ids: [healthy.account_id] };
    const rules = { require, purpose: 'write', service_name: 'writer', user_id: 'shop' };
    const { account_id: id, fence } = await client.leases.allocate(rules);
    const send = (under: { readonly fence?: number }) => client.messages.send(id, { to, text: 'hello' }, under);
    await expect(send({})).rejects.toMatchObject({ problem: { status: 409, code: 'leased' } });
    await expect(client.chats.typing(id, to)).rejects.toMatchObject({ problem: { code: 'leased' } });
    await expect(send({ fence: fence + 1 })).rejects.toMatchObject({ problem: { code: 'lease_over' } });
    await client.messages.untilStatus((await send({ fence })).id, 'delivered', { timeoutMs: 15_000, everyMs: 20 });
    await client.outbox.pause(id);
    const waiting = await send({ fence });
    await client.leases.release(id, { service_name: 'writer' });
    await client.outbox.resume(id);
    const failed = await client.messages.untilStatus(waiting.id, 'failed', { timeoutMs: 15_000, everyMs: 20 });
    expect(failed.error?.code).toBe('lease_over');
    await expect(send({ fence })).rejects.toMatchObject({ problem: { code: 'lease_over' } });
    await client.messages.untilStatus((await send({})).id, 'delivered', { timeoutMs: 15_000, everyMs: 20 });
  });
});

describe('who holds a lease', () => {
  it('hears over the stream that the connection is lost, and that the lease ran out, though nobody asked', async () => {
    const healthy = (await client.leases.listHealth()).items.find((one) => one.is_healthy)!;
    await using stream = client.stream({ topics: ['leases'] });
    await stream.untilLive();
    const frames = stream[Symbol.asyncIterator]();
    const ask = { user_id: 'shop', purpose: 'write', service_name: 'writer' };
    const { account_id: id, fence } = await client.leases.allocate(ask);
    expect(id).toBe(healthy.account_id);
    await client.accounts.disconnect(id);
    const lost = await untilFrame(frames, ({ event }) => event === 'lease.connection');
    expect(lost).toMatchObject({ accountId: id, data: { fence, serviceName: 'writer', status: 'DISCONNECTED' } });
    await client.leases.release(id, { service_name: 'writer' });
    const over = await untilFrame(frames, ({ event }) => event === 'lease.ended');
    expect(over).toMatchObject({ accountId: id, data: { fence, cause: 'released' } });
    await client.accounts.connect(id);
    await client.accounts.untilConnected(id);
    await client.leases.allocate({ ...ask, timeout_minutes: 1 / 60 });
    const ended = await untilFrame(frames, ({ event }) => event === 'lease.ended');
    expect(ended).toMatchObject({ accountId: id, data: { fence: fence + 1, serviceName: 'writer', cause: 'expired' } });
  });
});

describe('a call that waits', () => {
  it('gets the account that is given back, and nothing is leased for one that was broken off', async () => {
    const healthy = (await client.leases.listHealth()).items.filter((one) => one.is_healthy);
    expect(healthy).toHaveLength(1);
    const ask = { user_id: 'shop', purpose: 'wait' };
    const { account_id: id } = await client.leases.allocate({ ...ask, service_name: 'holder' });
    const broken = new AbortController();
    const gone = fetch(`${runtime.url}/api/v1/account-manager/allocate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...ask, service_name: 'gone', wait_ms: 30_000 }),
      signal: broken.signal,
    }).catch(() => 'broken off');
    await expect.poll(async () => (await client.leases.waiting()).length, SOON).toBe(1);
    const answer = client.leases.allocate({ ...ask, service_name: 'patient', wait_ms: 30_000 });
    await expect.poll(async () => (await client.leases.waiting()).length, SOON).toBe(2);
    broken.abort();
    expect(await gone).toBe('broken off');
    await expect.poll(async () => (await client.leases.waiting()).length, SOON).toBe(1);
    await client.leases.release(id, { service_name: 'holder' });
    expect(await answer).toMatchObject({ account_id: id });
    await client.leases.release(id, { service_name: 'patient' });
  });

  it('is answered at once when the runtime stops', async () => {
    const ask = { user_id: 'shop', purpose: 'wait' };
    const { account_id: id } = await client.leases.allocate({ ...ask, service_name: 'holder' });
    const answer = client.leases.allocate({ ...ask, service_name: 'patient', wait_ms: 30_000 });
    const refusal = expect(answer).rejects.toMatchObject({ problem: { code: 'shutting_down' } });
    await expect.poll(async () => (await client.leases.waiting()).length, SOON).toBe(1);
    expect(await runtime.stop()).toBe(0);
    await refusal;
    runtime = await runtime.startAgain();
    ({ client } = runtime);
    await client.leases.release(id, { service_name: 'holder' });
    await expect.poll(async () => (await client.leases.listHealth()).counts.healthy, SOON).toBe(1);
  });
});

describe('by our own client', () => {
  it('limits are set for a tenant, and a death of the runtime forgets neither lease nor count nor rest', async () => {
    await client.leases.putLimitRule({ user_id: 'shop', limits: { actions: { invite: { daily_limit: 2 } } } });
    const ask = { user_id: 'shop', purpose: 'invite', service_name: 'inviter' };
    const lease = await client.leases.allocate(ask);
    expect(lease.limits.daily_invite_limit).toBe(2);
    expect((await client.leases.check(lease.account_id, { action_type: 'invite' })).allowed).toBe(true);
    await runtime.kill();
    runtime = await runtime.startAgain();
    ({ client } = runtime);
    expect((await client.leases.check(lease.account_id, { action_type: 'invite' })).allowed).toBe(true);
    expect(await client.leases.check(lease.account_id, { action_type: 'invite' })).toMatchObject({
      denied_by: 'daily',
    });
    const counts = (await client.leases.listHealth()).counts;
    expect(counts).toMatchObject({ leased: 1, cooling: 1 });
    expect(await client.leases.extend(lease.account_id, { service_name: 'inviter' })).toMatchObject({
      fence: lease.fence,
    });
    expect(
      await client.leases.release(lease.account_id, { service_name: 'inviter', lease_id: lease.lease_id }),
    ).toMatchObject({
      released: true,
    });
  });
});
