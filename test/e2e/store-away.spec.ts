import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STATEMENT_MS_MAX, STORE_ANSWER_MS_MAX } from '#libs/contracts/limits/runtime';
import { type CuttableLine, layLine } from '#test/support/cuttable-line';
import { startTestPostgres, type TestPostgres } from '#test/support/postgres';
import { startRuntime, type TestRuntime } from '#test/support/runtime';

/** A minute in real life. */
const AWAY_MS = 10_000;
/** A call that meets a database which says nothing; without a limit of its own it would wait for the statement's. */
const ANSWERED_MS_MAX = (STORE_ANSWER_MS_MAX + STATEMENT_MS_MAX) / 2;
const SOON = { timeout: 45_000, interval: 50 };
const to = '+491700000009';

interface Answer {
  readonly status: number;
  readonly code: unknown;
  readonly retryAfter: string | null;
}

/** By hand where the answer itself is what is looked at: the client asks a read again that hears 503. */
function callsOf(runtime: TestRuntime) {
  const call = async (method: string, path: string, body?: object): Promise<Answer> => {
    const answer = await fetch(`${runtime.url}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const { code } = (await answer.json()) as { code?: unknown };
    return { status: answer.status, code, retryAfter: answer.headers.get('retry-after') };
  };
  return {
    call,
    status: async (path: string): Promise<number> => (await fetch(`${runtime.url}${path}`)).status,
    /** A connected account of the simulated provider. */
    connected: async (label: string): Promise<string> => {
      const { accounts } = runtime.client;
      const { id } = await accounts.create({ label, provider: 'simulated' });
      await accounts.connect(id);
      await accounts.untilConnected(id);
      return id;
    },
    history: async (ids: readonly string[]) =>
      Promise.all(ids.map(async (id) => (await runtime.client.accounts.transitions(id, { limit: 500 })).items)),
  };
}

describe('a Postgres of somebody else that is gone for a while', () => {
  let postgres: TestPostgres;
  let line: CuttableLine;
  let runtime: TestRuntime;
  let ids: readonly string[];

  beforeAll(async () => {
    postgres = await startTestPostgres();
    const url = new URL(await postgres.createEmptyDatabase());
    line = await layLine(Number(url.port));
    url.port = String(line.port);
    runtime = await startRuntime({ DATABASE_URL: url.href });
    const { connected } = callsOf(runtime);
    ids = [await connected('alice'), await connected('bob')];
  });
  afterAll(async () => {
    await runtime[Symbol.asyncDispose]();
    await line[Symbol.asyncDispose]();
    await postgres.stop();
  });

  it('leaves the accounts up, takes nothing that can’t be stored, and comes back by itself', async () => {
    const { call, status, history } = callsOf(runtime);
    const before = await history(ids);
    const send = () => call('POST', `/api/v1/accounts/${ids[0]}/messages`, { to, text: 'while away' });
    await line.cut();
    const away = delay(AWAY_MS);
    await expect.poll(() => status('/health/ready'), SOON).toBe(503);
    for (const asked of [
      send,
      () => call('POST', `/api/v1/accounts/${ids[0]}/restart`),
      () => call('POST', '/api/v1/accounts', { label: 'new', provider: 'simulated' }),
      () => call('GET', `/api/v1/accounts/${ids[0]}`),
    ])
      expect(await asked()).toEqual({
        status: 503,
        code: 'store_unavailable',
        retryAfter: expect.any(String) as string,
      });
    expect([await status('/health/live'), await status('/health')]).toEqual([200, 503]);
    expect(await runtime.client.health.full()).toMatchObject({
      activeClients: 2,
      error: { database: { status: 'down' } },
    });

    await away;
    await line.restore();
    await expect.poll(() => status('/health/ready'), SOON).toBe(200);
    expect(await history(ids)).toEqual(before);
    expect((await runtime.client.accounts.list()).items).toHaveLength(2);
    expect((await runtime.client.messages.list(ids[0]!)).items).toEqual([]);
    const { id } = await runtime.client.messages.send(ids[0]!, { to, text: 'after' });
    expect(await runtime.client.messages.untilStatus(id, ['sent', 'delivered', 'read'])).toMatchObject({ error: null });
  });

  it('is noticed, too, when it only falls silent', async () => {
    const { call, status, history } = callsOf(runtime);
    const before = await history(ids);
    line.freeze();
    const frozenAt = performance.now();
    const answers = await Promise.all([
      call('POST', `/api/v1/accounts/${ids[0]}/messages`, { to, text: 'into the silence' }),
      call('POST', `/api/v1/accounts/${ids[1]}/restart`),
      call('GET', '/api/v1/accounts'),
    ]);
    expect(answers.map(({ status, code }) => [status, code])).toEqual(answers.map(() => [503, 'store_unavailable']));
    expect(performance.now() - frozenAt).toBeLessThan(ANSWERED_MS_MAX);
    await expect.poll(() => status('/health/ready'), SOON).toBe(503);
    expect(await status('/health/live')).toBe(200);
    await line.restore();
    await expect.poll(() => status('/health/ready'), SOON).toBe(200);
    expect(await history(ids)).toEqual(before);
  });
});
