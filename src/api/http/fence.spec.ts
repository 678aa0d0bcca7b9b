import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AccountView } from '#libs/contracts/account';
import { FENCE_HEADER, OVERRIDE_HEADER } from '#libs/contracts/account-manager/fence';
import { API_PREFIX, type FenceRule, type Operation } from '#libs/contracts/operation';
import { OPERATIONS } from '#libs/contracts/operations';
import { LEASE_STORE, LEDGER_STORE } from '#src/application/leasing/lease-stores';
import { type HttpRuntime, startHttpRuntime } from '#test/support/http-runtime';
import { memoryLeases } from '#test/support/memory-leases';
import { MemoryMedia } from '#test/support/memory-media';
import { MemoryStores } from '#test/support/memory-stores';

const FENCE = 5;
let http: HttpRuntime;
let id: string;
let media: MemoryMedia;
/** Of the lease that lives. */
let live: number | null;
/** What the ledger was told: who was turned away, and who went past. */
let noted: unknown[];

beforeAll(async () => {
  media = new MemoryMedia();
  const noteAtFence = async (_: string, ...line: readonly unknown[]) => void noted.push(line);
  const leases = memoryLeases(new MemoryStores().accounts).map(([token, store]) => {
    if (token === LEASE_STORE) return [token, { ...store, liveFence: async () => live }] as const;
    return token === LEDGER_STORE ? ([token, { ...store, noteAtFence }] as const) : ([token, store] as const);
  });
  http = await startHttpRuntime({ leases, media });
});
afterAll(() => http[Symbol.asyncDispose]());
beforeEach(async () => {
  live = FENCE;
  noted = [];
  await newAccount();
});

const ACCOUNT = { label: 'sales', provider: 'simulated' };
async function newAccount(): Promise<void> {
  const created = await http.app.inject({ method: 'POST', url: `${API_PREFIX}/accounts`, payload: ACCOUNT });
  id = created.json<AccountView>().id;
}
/** Right in themselves, for calls that must have one. */
const BODIES: Readonly<Record<string, object>> = {
  patchAccount: { label: 'other' },
  requestPairingCode: { phone: '+380441234567' },
  uploadMedia: { base64: 'AAAA', mimeType: 'image/png' },
};
const call = async (name: string, fence?: string, override?: string) => {
  const { method, path } = OPERATIONS[name as keyof typeof OPERATIONS] as Operation;
  const url = path.replace('{id}', id).replace('{chatId}', '380501112233@c.us');
  const headers = { ...(fence && { [FENCE_HEADER]: fence }), ...(override && { [OVERRIDE_HEADER]: override }) };
  const request = { method: method as InjectOptions['method'], url, payload: BODIES[name], headers };
  const answer = await http.app.inject(request);
  return { status: answer.statusCode, body: answer.body === '' ? {} : answer.json<{ code?: string }>() };
};
/** All that a call could have done. */
const done = (): string =>
  JSON.stringify([
    [...http.stores.accountRows.values()],
    ...[http.router.commanded, http.router.released, http.router.woken, http.router.reconfigured, http.news],
    [...media.views.keys()],
  ]);
const changing = Object.entries<Operation>(OPERATIONS).filter(
  ([, { method, path }]) => method !== 'GET' && path.startsWith(`${API_PREFIX}/accounts/{id}`),
);
/** It was done, or would have been if the account were connected: past the fence. */
const isPast = ({ status, body }: Awaited<ReturnType<typeof call>>): boolean =>
  status < 300 || body.code === 'not_connected';
const asking = (rule: FenceRule): readonly string[] =>
  changing.filter(([, { fence }]) => fence === rule).map(([name]) => name);

describe('a call that changes something of an account', () => {
  it('says in the table what it asks of a lease, and takes the header', () => {
    expect(changing.filter(([, { fence }]) => fence === undefined)).toEqual([]);
    for (const [name, { headers, refusals }] of changing) {
      expect(headers?.safeParse({ [FENCE_HEADER]: '0' }).success, name).toBe(false);
      expect(refusals, name).toContain('lease_over');
    }
    expect(asking('stored')).toEqual(['sendMessage']);
    expect(asking('if_given')).toEqual(['patchAccount', 'uploadMedia']);
  });

  it.each(asking('if_given'))(
    '%s: is done under the lease that lives, and without one it is the operator’s',
    async (name) => {
      for (const fence of [undefined, String(FENCE)]) {
        expect((await call(name, fence)).status).toBeOneOf([200, 201, 202, 204]);
        await newAccount(); // this one may be gone by now
      }
    },
  );

  it.each([...asking('if_given'), ...asking('holder')])(
    '%s: is refused, and not done, under any other',
    async (name) => {
      const before = done();
      expect(await call(name, String(FENCE - 1))).toMatchObject({ status: 409, body: { code: 'lease_over' } });
      expect(await call(name, String(FENCE + 1))).toMatchObject({ status: 409, body: { code: 'lease_over' } });
      expect(await call(name, '-1')).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
      live = null;
      expect(await call(name, String(FENCE))).toMatchObject({ status: 409, body: { code: 'lease_over' } });
      expect(done()).toBe(before);
    },
  );

  it.each(asking('holder'))('%s: is refused without the fence while the account is leased', async (name) => {
    const before = done();
    expect(await call(name)).toMatchObject({ status: 409, body: { code: 'leased' } });
    expect(noted).toEqual([['turned_away', 'leased', { operation: name, fence: null }]]);
    expect(done()).toBe(before);
    expect(isPast(await call(name, String(FENCE)))).toBe(true);
    expect(noted).toHaveLength(1);
  });

  it.each(asking('holder'))('%s: is done for a person who knows of the lease, and noted', async (name) => {
    expect(isPast(await call(name, undefined, 'olga'))).toBe(true);
    expect(noted).toEqual([['overridden', 'olga', { operation: name }]]);
    live = null;
    await newAccount();
    expect(isPast(await call(name, undefined, 'olga'))).toBe(true);
    expect(noted).toHaveLength(1);
    expect(await call(name, String(FENCE), 'olga')).toMatchObject({ status: 409, body: { code: 'lease_over' } });
  });

  it('as a form with a file is refused before the file is taken', async () => {
    const before = done();
    const form = new FormData();
    form.append('file', new Blob([new Uint8Array(64)], { type: 'image/png' }));
    const request = new Request('http://localhost/', { method: 'POST', body: form });
    const answer = await http.app.inject({
      method: 'POST',
      url: `${API_PREFIX}/accounts/${id}/media`,
      payload: Buffer.from(await request.arrayBuffer()),
      headers: { 'content-type': request.headers.get('content-type')!, [FENCE_HEADER]: String(FENCE - 1) },
    });
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([409, 'lease_over']);
    expect(done()).toBe(before);
  });
});
