import { expect } from 'vitest';

/** What old clients send and read, in their own words and nothing else: no types of ours, no client. */
export type Json = Readonly<Record<string, unknown>>;
interface Answer {
  readonly status: number;
  readonly body: Json;
}
export interface OldClient {
  readonly call: (method: 'GET' | 'POST', path: string, body?: Json) => Promise<Answer>;
  /** Both fail when the answer is no 200. */
  readonly post: (path: string, body: Json) => Promise<Json>;
  readonly get: (path: string) => Promise<Json>;
}

/** `url`: of the runtime that runs now. */
export function oldClient(url: () => string): OldClient {
  const call: OldClient['call'] = async (method, path, body) => {
    const answer = await fetch(`${url()}/api/v1/account-manager${path}`, {
      method,
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as Json };
  };
  const done = async (asked: Promise<Answer>): Promise<Json> => {
    const { status, body } = await asked;
    expect(status, JSON.stringify(body)).toBe(200);
    return body;
  };
  return { call, post: (path, body) => done(call('POST', path, body)), get: (path) => done(call('GET', path)) };
}

export const CHANNEL = '-1001234567890';
export const ASK = {
  user_id: 7,
  purpose: 'invite',
  service_name: 'inviter',
  timeout_minutes: 30,
  target_channel_id: CHANNEL,
} as const;
const INVITE = { action_type: 'invite', target_channel_id: CHANNEL };

/**
 * The whole script of an old client: it allocates, asks how the account is, invites five, errs, releases, and sees the
 * account rest. Of these accounts, connected and never leased, it gets one; answers which.
 */
export async function playOldScript(client: OldClient, phones: readonly string[]): Promise<string> {
  const id = await allocateWell(client, phones);
  await inviteFive(client, id);
  const until = await err(client, id);
  await release(client, id);
  expect(await client.get('/stats/recovery')).toMatchObject({
    cooling: [{ account_id: id, cause: 'flood_wait', until }],
    by_cause: { flood_wait: 1 },
  });
  expect(await client.get('/accounts/health')).toMatchObject({
    counts: { total: phones.length, healthy: phones.length - 1, cooling: 1, leased: 0 },
  });
  expect(await ledgerOf(client, id)).toEqual([
    'lease granted',
    ...Array.from({ length: 5 }, () => ['check allowed', 'record done']).flat(),
    'error cooled',
    'check denied',
    'lease released',
  ]);
  return id;
}

/** Each line’s subject and decision, oldest first. */
export async function ledgerOf({ get }: OldClient, id: string): Promise<readonly string[]> {
  const { items } = await get(`/ledger?account_id=${id}&limit=100`);
  return (items as Json[]).map((line) => `${String(line['what'])} ${String(line['decision'])}`);
}

async function allocateWell({ post, get }: OldClient, phones: readonly string[]): Promise<string> {
  const lease = await post('/allocate', ASK);
  const id = lease['account_id'] as string;
  expect(phones).toContain(lease['phone']);
  expect(lease).toMatchObject({
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
  return id;
}

async function inviteFive({ post, get }: OldClient, id: string): Promise<void> {
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
}

/** Answers until when the account rests. */
async function err({ post, get }: OldClient, id: string): Promise<unknown> {
  const context = { ...INVITE, service_name: 'inviter' };
  const error = { error_type: 'flood_wait', error_message: 'FloodWaitError: 300', context };
  const told = await post(`/handle-error/${id}`, error);
  const rest = { error_class: 'flood_wait', action: 'cooled', is_healthy: false, retry_after_ms: 360_000 };
  expect(told).toMatchObject(rest);
  const until = told['blocked_until'];
  expect(await get(`/health/${id}`)).toMatchObject({ is_healthy: false, status: 'cooling', recovery_eta: until });
  expect(await post(`/rate-limit/check/${id}`, INVITE)).toMatchObject({ allowed: false, denied_by: 'account' });
  return until;
}

async function release({ post }: OldClient, id: string): Promise<void> {
  const usage = { invites_sent: 5, messages_sent: 0, contacts_added: 0, channels_used: [CHANNEL], success: true };
  const done = { service_name: 'inviter', usage_stats: usage };
  expect(await post(`/release/${id}`, done)).toMatchObject({ released: true, end_cause: 'released' });
  expect(await post(`/release/${id}`, done)).toMatchObject({ released: false, end_cause: 'released' });
}
