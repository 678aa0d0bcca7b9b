import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AccountView } from '#libs/contracts/account';
import { type HttpRuntime, startHttpRuntime } from '#test/support/http-runtime';

let http: HttpRuntime;
beforeEach(async () => (http = await startHttpRuntime()));
afterEach(() => http[Symbol.asyncDispose]());

const call = async (method: 'POST' | 'PATCH', url: string, payload: object) => {
  const answer = await http.app.inject({ method, url: `/api/v1/accounts${url}`, payload });
  return { status: answer.statusCode, body: answer.json<Record<string, unknown>>() };
};
const create = async (more: object = {}) => call('POST', '', { label: 'sales', provider: 'simulated', ...more });
const created = async (): Promise<string> => (await create({ settings: { autoScanMs: 5 } })).body['id'] as string;
const fault = (name: string) => ({ path: `body.settings.${name}`, message: expect.any(String) as string });
const refusal = (...names: readonly string[]) => ({
  status: 400,
  body: { code: 'invalid_request', errors: names.map(fault) },
});

describe('settings over HTTP', () => {
  it('that the provider could not read are refused at creation, all at once, and no account is made', async () => {
    expect(await create({ settings: { readyMs: -1, jitter: 'much' } })).toMatchObject(refusal('readyMs', 'jitter'));
    expect(http.stores.accountRows.size).toBe(0);
    expect(http.news).toEqual([]);
  });

  it('are refused as a change, and neither label nor settings change', async () => {
    const id = await created();
    const before = http.stores.accountRows.get(id);
    const patch = { label: 'other', settings: { scan: 'never' } };
    expect(await call('PATCH', `/${id}`, patch)).toMatchObject(refusal('scan'));
    expect(http.stores.accountRows.get(id)).toEqual(before);
    expect(http.router.reconfigured).toEqual([]);
    expect(http.news.map(({ event }) => event)).toEqual(['account.created']);
  });

  it('keep names that are nobody’s here, and are told to the account as they were given', async () => {
    const id = await created();
    const settings = { readyMs: 5, theirs: { readyMs: -1 } };
    expect(await call('PATCH', `/${id}`, { settings })).toMatchObject({ status: 200, body: { settings } });
    expect(http.router.reconfigured).toEqual([{ accountId: id, settings }]);
  });

  it('of another provider are not held against an account', async () => {
    expect(await create({ provider: 'whatsapp', settings: { readyMs: -1 } })).toMatchObject({ status: 201 });
  });

  it('that were stored before anybody looked are shown, left by other changes, and replaced by readable ones only', async () => {
    const id = await created();
    const stored = { readyMs: -1 };
    http.stores.accountRows.set(id, { ...http.stores.accountRows.get(id)!, settings: stored });
    const shown = await http.app.inject({ url: `/api/v1/accounts/${id}` });
    expect(shown.json<AccountView>().settings).toEqual(stored);
    const renamed = await call('PATCH', `/${id}`, { label: 'other' });
    expect(renamed).toMatchObject({ status: 200, body: { label: 'other', settings: stored } });
    expect(await call('PATCH', `/${id}`, { settings: { readyMs: -2 } })).toMatchObject(refusal('readyMs'));
    const mended = await call('PATCH', `/${id}`, { settings: { readyMs: 2 } });
    expect(mended).toMatchObject({ status: 200, body: { settings: { readyMs: 2 } } });
  });

  it('of nobody are 404, whatever they are', async () => {
    const nobody = '0193a1b2-0000-7000-8000-000000000000';
    for (const settings of [{ readyMs: -1 }, { readyMs: 1 }])
      expect(await call('PATCH', `/${nobody}`, { settings })).toMatchObject({
        status: 404,
        body: { code: 'account_not_found' },
      });
  });
});
