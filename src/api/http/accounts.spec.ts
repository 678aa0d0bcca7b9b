import type { InjectOptions } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AccountView } from '#libs/contracts/account';
import { type HttpRuntime, startHttpRuntime } from '#test/support/http-runtime';

let http: HttpRuntime;
beforeEach(async () => (http = await startHttpRuntime()));
afterEach(() => http[Symbol.asyncDispose]());

const nobody = '0193a1b2-0000-7000-8000-000000000000';
const call = async (method: InjectOptions['method'], url: string, payload?: object, headers = {}) => {
  const answer = await http.app.inject({ method, url: `/api/v1${url}`, payload, headers });
  return { status: answer.statusCode, headers: answer.headers, body: answer.body === '' ? null : answer.json<never>() };
};
const create = async (label = 'sales'): Promise<AccountView> =>
  (await call('POST', '/accounts', { label, provider: 'simulated' })).body as unknown as AccountView;

describe('accounts over HTTP', () => {
  it('are created at rest, adopted and announced', async () => {
    const { status, body } = await call('POST', '/accounts', {
      label: ' sales ',
      provider: 'simulated',
      settings: { a: 1 },
    });
    expect(status).toBe(201);
    const { id } = body as unknown as AccountView;
    expect(body).toMatchObject({ label: 'sales', status: 'DISCONNECTED', settings: { a: 1 }, node: 'node-1' });
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expect(http.router.adopted.has(id)).toBe(true);
    expect(http.news).toMatchObject([{ event: 'account.created', accountId: id }]);
  });

  it('of a provider that is not built yet are refused, with those that are', async () => {
    const { status, body } = await call('POST', '/accounts', { label: 'x', provider: 'telegram' });
    expect(status).toBe(422);
    expect(body).toMatchObject({ code: 'provider_unavailable', detail: expect.stringContaining('whatsapp') as string });
    expect(http.stores.accountRows.size).toBe(0);
  });

  it('are shown, listed by page, changed and deleted once', async () => {
    const first = await create('one');
    await create('two');
    expect((await call('GET', `/accounts/${first.id.toUpperCase()}`)).body).toMatchObject({ id: first.id });
    const page = (await call('GET', '/accounts?limit=1')).body as unknown as { nextCursor: string; items: unknown[] };
    expect(page.items).toHaveLength(1);
    const rest = (await call('GET', `/accounts?limit=1&cursor=${page.nextCursor}`)).body;
    expect(rest).toMatchObject({ items: [{ label: 'two' }], nextCursor: null });
    expect((await call('PATCH', `/accounts/${first.id}`, { label: 'uno' })).body).toMatchObject({ label: 'uno' });
    expect((await call('DELETE', `/accounts/${first.id}`)).status).toBe(204);
    expect(http.router.released).toEqual([first.id]);
    expect(await call('DELETE', `/accounts/${first.id}`)).toMatchObject({
      status: 404,
      body: { code: 'account_not_found' },
    });
    expect(http.news.map(({ event }) => event)).toEqual([
      'account.created',
      'account.created',
      'account.updated',
      'account.deleted',
    ]);
  });

  it.each([
    ['connect', 'connecting', 'CONNECTING'],
    ['disconnect', 'disconnecting', 'DISCONNECTED'],
    ['restart', 'restarting', 'CONNECTING'],
    ['logout', 'logging_out', 'DISCONNECTED'],
  ])('%s answers 202 with what was done, with a body, an empty one or none', async (name, did, status) => {
    const { id } = await create();
    expect(await call('POST', `/accounts/${id}/${name}`)).toMatchObject({ status: 202, body: { id, did, status } });
    expect(await call('POST', `/accounts/${id}/${name}`, {})).toMatchObject({ status: 202 });
    const empty = {
      method: 'POST',
      url: `/api/v1/accounts/${id}/${name}`,
      headers: { 'content-type': 'application/json' },
    } as const;
    expect((await http.app.inject(empty)).statusCode).toBe(202);
    expect(await call('POST', `/accounts/${nobody}/${name}`)).toMatchObject({ status: 404 });
  });

  it('without an actor, since the adoption was refused, get one with the first command', async () => {
    http.router.adopting = 'store_unavailable';
    const { id } = await create();
    expect(await call('POST', `/accounts/${id}/connect`)).toMatchObject({ status: 503 });
    expect(await call('GET', `/accounts/${id}/qr`)).toMatchObject({ body: { code: 'qr_not_ready' } });
    http.router.adopting = null;
    expect(await call('POST', `/accounts/${id}/connect`)).toMatchObject({ status: 202 });
  });

  it('that are deleted obey no command, though their session may still be closing', async () => {
    const { id } = await create();
    http.stores.accountRows.delete(id);
    expect(await call('POST', `/accounts/${id}/connect`)).toMatchObject({ status: 404 });
    expect(http.router.commanded).toEqual([]);
  });

  it('are created even when the store goes away before they are adopted', async () => {
    http.router.adopt = () => Promise.reject(new Error('Connection terminated unexpectedly'));
    expect((await call('POST', '/accounts', { label: 'a', provider: 'simulated' })).status).toBe(201);
  });

  it('tell their history by pages and their snapshot', async () => {
    const { id } = await create();
    const step = {
      at: new Date(0).toISOString(),
      from: null,
      to: 'DISCONNECTED.idle',
      event: 'x',
      cause: null,
      incarnation: 0,
      epoch: 1,
      heldMs: 0,
      input: null,
    };
    http.stores.steps.push({ seq: 1, ...step }, { seq: 2, ...step }, { seq: 3, ...step });
    expect((await call('GET', `/accounts/${id}/transitions?limit=2`)).body).toMatchObject({
      items: [{ seq: 1 }, { seq: 2 }],
      nextCursor: '2',
    });
    expect((await call('GET', `/accounts/${id}/transitions?after=2`)).body).toMatchObject({
      items: [{ seq: 3 }],
      nextCursor: null,
    });
    expect((await call('GET', `/accounts/${id}/snapshot`)).body).toMatchObject({ accountId: id, snapshot: null });
    expect((await call('GET', `/accounts/${nobody}/transitions`)).status).toBe(404);
    expect((await call('GET', `/accounts/${nobody}/snapshot`)).status).toBe(404);
  });

  it('tell how they stood after a step, or why that cannot be told', async () => {
    const { id } = await create();
    const at = Date.parse('2026-01-01');
    const context = {
      ...{ desired: 'CONNECTED', login: 'none', device: 'none', phone: null, incarnation: 0, launchedBy: 'person' },
      ...{ pairing: null, goodbye: 'close', ending: null, reason: null, outage: null, onceMoreAfter: null },
      ...{ crashes: { crashedAt: [], attempt: 0 }, restartCount: 0, healthySince: null, since: at, deadline: null },
    };
    const step = {
      ...{ seq: 3, at: new Date(at + 5).toISOString(), from: 'CONNECTING.queued', to: 'CONNECTING.launching' },
      ...{ event: 'launch.granted', cause: null, incarnation: 1, epoch: 1, heldMs: 5 },
    };
    http.stores.steps.push({ ...step, input: null });
    const told = await call('GET', `/accounts/${id}/transitions/3`);
    expect([told.status, told.body]).toMatchObject([409, { code: 'step_not_replayable' }]);
    http.stores.steps.push({
      ...step,
      seq: 4,
      input: { from: { version: 3, value: { CONNECTING: 'queued' }, context }, anew: true, did: 'openSession' },
    });
    const { body } = await call('GET', `/accounts/${id}/transitions/4`);
    expect(body).toMatchObject({
      ...{ accountId: id, orders: ['openSession'], exact: true, step: { seq: 4, event: 'launch.granted' } },
      snapshot: { value: { CONNECTING: 'launching' }, context: { incarnation: 1, deadline: { name: 'launch' } } },
    });
    expect(body).not.toHaveProperty('step.input');
    for (const [seq, status] of [
      ['5', 404],
      ['0', 400],
      ['x', 400],
      ['2147483647', 400],
    ] as const)
      expect((await call('GET', `/accounts/${id}/transitions/${seq}`)).status, seq).toBe(status);
    expect((await call('GET', `/accounts/${nobody}/transitions/4`)).body).toMatchObject({ code: 'account_not_found' });
  });
});

describe('pairing over HTTP', () => {
  const shown = { qr: '2@payload,of,a,code', attempt: 1, expiresAt: new Date(0).toISOString() };

  it('gives the code as JSON, PNG and SVG, and nothing else', async () => {
    const { id } = await create();
    http.router.shownQr = shown;
    const ask = (accept?: string) =>
      http.app.inject({ url: `/api/v1/accounts/${id}/qr`, headers: accept ? { accept } : {} });
    expect((await ask()).json()).toEqual(shown);
    const png = await ask('image/png');
    expect(png.headers['content-type']).toBe('image/png');
    expect(png.rawPayload.subarray(1, 4).toString()).toBe('PNG');
    const svg = await ask('image/svg+xml');
    expect(svg.headers['content-type']).toMatch('image/svg+xml');
    expect(svg.body).toMatch(/^<svg /);
    expect(await call('GET', `/accounts/${id}/qr`, undefined, { accept: 'text/html' })).toMatchObject({
      status: 406,
      body: { code: 'not_acceptable' },
    });
  });

  it('is 409 outside its state, 404 for nobody', async () => {
    const { id } = await create();
    expect(await call('GET', `/accounts/${id}/qr`)).toMatchObject({ status: 409, body: { code: 'qr_not_ready' } });
    expect(await call('GET', `/accounts/${nobody}/qr`)).toMatchObject({ status: 404 });
    http.router.refusing = 'pairing_code_not_ready';
    expect(await call('POST', `/accounts/${id}/pairing-code`, { phone: '+380441234567' })).toMatchObject({
      status: 409,
    });
  });

  it('gives a code for a phone, and neither shows up in the log', async () => {
    const { id } = await create();
    http.router.shownQr = shown;
    expect(await call('POST', `/accounts/${id}/pairing-code`, { phone: '+380441234567' })).toMatchObject({
      status: 200,
      body: { code: 'ABCD-1234' },
    });
    await call('GET', `/accounts/${id}/qr`);
    expect(http.log()).toContain('pairing-code');
    expect(http.log()).not.toMatch(/ABCD-1234|payload,of|380441234567/);
  });
});

describe('messages over HTTP', () => {
  const hello = { to: '+380441234567', text: 'hello mother' };

  it('are stored before 202, once per key, and wake the sender once', async () => {
    const { id } = await create();
    const key = { 'idempotency-key': 'order-1' };
    const first = await call('POST', `/accounts/${id}/messages`, hello, key);
    expect(first).toMatchObject({ status: 202, body: { to: hello.to, chatId: '380441234567@c.us', status: 'queued' } });
    expect((await call('POST', `/accounts/${id}/messages`, hello, key)).body).toEqual(first.body);
    expect(await call('POST', `/accounts/${id}/messages`, { ...hello, text: 'other' }, key)).toMatchObject({
      status: 409,
      body: { code: 'idempotency_conflict' },
    });
    expect(http.router.woken).toEqual([id]);
    const { id: messageId } = first.body as unknown as { id: string };
    expect((await call('GET', `/messages/${messageId}`)).status).toBe(200);
    expect((await call('GET', `/accounts/${id}/messages?status=queued&direction=out`)).body).toMatchObject({
      items: [{ id: messageId }],
    });
    expect(http.log()).not.toContain('hello mother');
  });

  it('are refused with Retry-After when too many wait', async () => {
    const { id } = await create();
    http.stores.queuedMax = 0;
    const { status, headers, body } = await call('POST', `/accounts/${id}/messages`, hello);
    expect([status, body]).toMatchObject([429, { code: 'outbox_full' }]);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  });

  it('are 404 for nobody', async () => {
    expect((await call('POST', `/accounts/${nobody}/messages`, hello)).body).toMatchObject({
      code: 'account_not_found',
    });
    expect((await call('GET', `/accounts/${nobody}/messages`)).body).toMatchObject({ code: 'account_not_found' });
    expect((await call('GET', `/messages/${nobody}`)).body).toMatchObject({ code: 'message_not_found' });
  });
});
