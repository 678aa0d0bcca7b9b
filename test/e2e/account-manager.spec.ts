import { v7 as uuidV7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MusterClient } from '#libs/client/client';
import { startRuntime, type TestRuntime } from '#test/support/runtime';
import { connectPair, untilFrame } from '#test/support/simulated-pair';
import { ASK, type Json, oldClient, playOldScript } from './old-client.js';

let runtime: TestRuntime;
let client: MusterClient;
let phones: readonly string[];
beforeAll(async () => {
  runtime = await startRuntime();
  ({ client } = runtime);
  const { alice, bob } = await connectPair(client);
  phones = [alice.phone, bob.phone];
});
afterAll(async () => runtime[Symbol.asyncDispose]());

const old = oldClient(() => runtime.url);
const { call, post } = old;
/** Leases that ran out are looked for every second. */
const TOLD_MS_MAX = 30_000;
const SOON = { timeout: 15_000, interval: 20 };

describe('a service that knows nothing but the table', () => {
  it('allocates, asks how the account is, invites five, errs, releases, and sees it recover', async () => {
    await playOldScript(old, phones);
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
    const stale = client.accounts.disconnect(id, { fence: fence + 1 });
    await expect(stale).rejects.toMatchObject({ problem: { status: 409, code: 'lease_over' } });
    expect((await client.accounts.get(id)).status).toBe('CONNECTED');
    expect((await client.accounts.connect(id, { fence })).did).toBe('nothing_to_do');
    await client.messages.untilStatus((await send({ fence })).id, 'delivered', { timeoutMs: 15_000, everyMs: 20 });
    await client.outbox.pause(id, { fence });
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
    await client.accounts.disconnect(id, { fence });
    const lost = await untilFrame(frames, ({ event }) => event === 'lease.connection', TOLD_MS_MAX);
    expect(lost).toMatchObject({ accountId: id, data: { fence, serviceName: 'writer', status: 'DISCONNECTED' } });
    await client.leases.release(id, { service_name: 'writer' });
    const over = await untilFrame(frames, ({ event }) => event === 'lease.ended', TOLD_MS_MAX);
    expect(over).toMatchObject({ accountId: id, data: { fence, cause: 'released' } });
    await client.accounts.connect(id);
    await client.accounts.untilConnected(id);
    await client.leases.allocate({ ...ask, timeout_minutes: 1 / 60 });
    const ended = await untilFrame(frames, ({ event }) => event === 'lease.ended', TOLD_MS_MAX);
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

  it('is shown by its request_id, and taken off the list by it', async () => {
    const ask = { user_id: 'shop', purpose: 'wait' };
    const { account_id: id } = await client.leases.allocate({ ...ask, service_name: 'holder' });
    const request = uuidV7();
    const asked = { ...ask, service_name: 'patient', request_id: request, wait_ms: 30_000, priority: 3 };
    const refusal = expect(client.leases.allocate(asked)).rejects.toMatchObject({
      problem: { status: 409, code: 'waiter_left' },
    });
    await expect.poll(async () => (await client.leases.waiting()).length, SOON).toBe(1);
    const path = `/allocation-requests/${request}`;
    expect(await call('GET', path)).toMatchObject({
      status: 200,
      body: { id: request, user_id: 'shop', service_name: 'patient', purpose: 'wait', priority: 3, position: 1 },
    });
    const leave = () => fetch(`${runtime.url}/api/v1/account-manager${path}`, { method: 'DELETE' });
    expect((await leave()).status).toBe(204);
    await refusal;
    expect((await leave()).status).toBe(404);
    expect(await call('GET', path)).toMatchObject({ status: 404, body: { code: 'request_not_found' } });
    await client.leases.release(id, { service_name: 'holder' });
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

describe('a channel that a provider complained of', () => {
  it('is stopped for its tenant and purpose until its owner lifts the stop', async () => {
    const stop = { user_id: 'shop', purpose: 'invite', target_channel_id: '-100777' };
    const ask = { ...stop, service_name: 'inviter' };
    const { account_id: id } = await client.leases.allocate(ask);
    const told = await post(`/handle-error/${id}`, {
      error_type: 'PeerFloodError',
      context: { service_name: 'inviter' },
    });
    expect(told).toMatchObject({ error_class: 'peer_flood', channel_stopped: true });
    await client.leases.release(id, { service_name: 'inviter' });
    expect(await call('POST', '/allocate', ask)).toMatchObject({ status: 409, body: { code: 'channel_stopped' } });
    expect(await post('/channel-stops/lift', { ...stop, purpose: 'write' })).toEqual({ lifted: false });
    expect(await post('/channel-stops/lift', stop)).toEqual({ lifted: true });
    expect(await post('/channel-stops/lift', stop)).toEqual({ lifted: false });
    expect(await call('POST', '/allocate', ask)).toMatchObject({ status: 409, body: { code: 'no_account_free' } });
  });
});
