import { readdir, readFile } from 'node:fs/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OPERATIONS } from '#libs/contracts/operations';
import { type HttpRuntime, startHttpRuntime } from '#test/support/http-runtime';
import { MusterApiError } from './api-error.js';
import { createClient, type MusterClient } from './client.js';
import { createTransport } from './transport.js';
import { MusterWaitError } from './wait-until.js';

setFlagsFromString('--expose-gc');
const clearMemory = runInNewContext('gc') as () => void;

let http: HttpRuntime;
let baseUrl: string;
let client: MusterClient;
beforeEach(async () => {
  http = await startHttpRuntime({ apiKeys: ['the-key'] });
  await http.app.listen(0, '127.0.0.1');
  baseUrl = await http.app.getUrl();
  client = createClient({ baseUrl: `${baseUrl}/`, apiKey: 'the-key' });
});
afterEach(() => http[Symbol.asyncDispose]());

const nobody = '0193a1b2-0000-7000-8000-000000000000';
const refusalOf = async (promise: Promise<unknown>): Promise<MusterApiError> => {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof MusterApiError)) throw new Error('expected a MusterApiError', { cause: error });
  return error;
};

const hanging: typeof fetch = (_input, init) =>
  new Promise((_resolve, reject) => {
    init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error));
  });

/** A call that nobody of the client makes is one that nobody can make with it. */
it('has every call of the API', async () => {
  const names = await readdir(new URL('.', import.meta.url));
  const sources = names.filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'));
  const text = (await Promise.all(sources.map((name) => readFile(new URL(name, import.meta.url), 'utf8')))).join();
  expect(Object.keys(OPERATIONS).filter((name) => !text.includes(`'${name}'`))).toEqual([]);
});

describe('the client', () => {
  it('lives an account’s life: create, list, command, pair, change, delete', async () => {
    const { id } = await client.accounts.create({ label: 'sales', provider: 'simulated' });
    expect((await client.accounts.get(id)).label).toBe('sales');
    expect((await client.accounts.patch(id, { label: 'support' })).label).toBe('support');
    expect((await client.accounts.connect(id)).did).toBe('connecting');
    http.router.shownQr = { qr: 'payload', attempt: 2, expiresAt: new Date(0).toISOString() };
    expect((await client.accounts.qr(id)).attempt).toBe(2);
    expect((await client.accounts.qrPicture(id, 'image/png')).subarray(1, 4)).toEqual(new TextEncoder().encode('PNG'));
    expect((await client.accounts.pairingCode(id, '+380441234567')).code).toBe('ABCD-1234');
    expect((await client.accounts.transitions(id, { after: 0 })).items).toEqual([]);
    expect((await client.accounts.snapshot(id)).snapshot).toBeNull();
    for (const name of ['restart', 'disconnect', 'logout'] as const) await client.accounts[name](id);
    await client.accounts.delete(id);
    expect((await refusalOf(client.accounts.get(id))).problem.code).toBe('account_not_found');
  });

  it('goes through all pages', async () => {
    for (const label of ['a', 'b', 'c', 'd', 'e']) await client.accounts.create({ label, provider: 'simulated' });
    const labels: string[] = [];
    for await (const { label } of client.accounts.all({ limit: 2 })) labels.push(label);
    expect(labels).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('sends once per key', async () => {
    const { id } = await client.accounts.create({ label: 'a', provider: 'simulated' });
    const hello = { to: '+380441234567', text: 'hello' };
    const first = await client.messages.send(id, hello, { idempotencyKey: 'k' });
    expect((await client.messages.send(id, hello, { idempotencyKey: 'k' })).id).toBe(first.id);
    expect((await client.messages.list(id)).items).toHaveLength(1);
    expect((await client.messages.untilStatus(first.id, 'queued')).id).toBe(first.id);
  });

  it('reads machine and health, the latter even when something is down', async () => {
    expect((await client.machines.account()).states.length).toBeGreaterThan(5);
    expect((await client.health.full()).status).toBe('ok');
    http.runtime.addReadinessPart({ name: 'store', check: () => ({ status: 'down' }) });
    http.runtime.setPhase('shutting_down');
    expect((await client.health.ready()).status).toBe('shutting_down');
    expect((await client.health.live()).status).toBe('ok');
    expect(await client.metrics()).toContain('muster_accounts');
  });

  it('waits for a status, and says what it saw when it did not come', async () => {
    const { id } = await client.accounts.create({ label: 'a', provider: 'simulated' });
    const waiting = client.accounts.untilStatus(id, ['CONNECTING', 'CONNECTED'], { everyMs: 5, timeoutMs: 5_000 });
    await client.accounts.connect(id);
    expect((await waiting).status).toBe('CONNECTING');
    const error: unknown = await client.accounts
      .untilConnected(id, { everyMs: 5, timeoutMs: 20 })
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(MusterWaitError);
    expect((error as MusterWaitError).last).toMatchObject({ status: 'CONNECTING' });
  });

  it('asks a read again after 503, a few times; never anything that changes something', async () => {
    let calls = 0;
    const away = new Response('{}', {
      status: 503,
      headers: { 'content-type': 'application/problem+json', 'retry-after': '0' },
    });
    const flaky: typeof fetch = (...given) => (++calls % 3 === 0 ? fetch(...given) : Promise.resolve(away.clone()));
    const impatient = createClient({ baseUrl, apiKey: 'the-key', fetch: flaky });
    expect((await impatient.accounts.list()).items).toEqual([]);
    expect(calls).toBe(3);
    expect((await refusalOf(impatient.accounts.create({ label: 'a', provider: 'simulated' }))).problem.status).toBe(
      503,
    );
    expect(calls).toBe(4);
  });

  it('tells problems as they are, and foreign answers as such', async () => {
    expect((await refusalOf(client.accounts.qr(nobody))).problem).toMatchObject({
      status: 404,
      code: 'account_not_found',
    });
    expect((await refusalOf(createClient({ baseUrl }).accounts.list())).problem.code).toBe('unauthorized');
    const proxy = createClient({ baseUrl, fetch: async () => new Response('<h1>Bad gateway</h1>', { status: 502 }) });
    expect((await refusalOf(proxy.accounts.list())).problem).toMatchObject({ status: 502, code: 'unexpected_answer' });
  });

  it('gives up a call after its time', async () => {
    const patient = createClient({ baseUrl, fetch: hanging, timeoutMs: 20 });
    await expect(patient.accounts.list()).rejects.toThrow(/timeout/i);
  });

  it('gives up a call that has a signal of its own, too, though memory is cleared meanwhile', async () => {
    const never = new AbortController();
    const transport = createTransport({ baseUrl, fetch: hanging, timeoutMs: 100 });
    const asked = transport.fetch('listAccounts', {}, { signal: never.signal });
    const refused = expect(asked).rejects.toThrow(/timeout/i);
    for (let times = 0; times < 3; times += 1) {
      await turn();
      clearMemory();
    }
    await refused;
  });
});
