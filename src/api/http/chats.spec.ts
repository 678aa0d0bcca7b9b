import type { InjectOptions } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AccountView } from '#libs/contracts/account';
import type { DriverCapability } from '#libs/contracts/capabilities';
import type { SimulatedProvider } from '#libs/drivers/simulated/simulated.provider';
import { newProvider } from '#libs/drivers/simulated/simulated.harness.contract';
import { type HttpRuntime, startHttpRuntime } from '#test/support/http-runtime';
import { connectSession } from '#test/support/live-session';

const OLHA = '+380501112233';
const OLHAS_CHAT = '380501112233@c.us';
let http: HttpRuntime;
let provider: SimulatedProvider;
let id: string;
let end: () => Promise<void> = () => Promise.resolve();

const call = async (method: InjectOptions['method'], url: string, payload?: object) => {
  const answer = await http.app.inject({ method, url: `/api/v1/accounts/${id}${url}`, payload });
  return { status: answer.statusCode, body: answer.body === '' ? null : answer.json<never>() };
};
const connect = async (can?: ReadonlySet<DriverCapability>): Promise<void> => {
  end = await connectSession(http.router, provider, id, can);
};

beforeEach(async () => {
  http = await startHttpRuntime();
  provider = newProvider();
  const created = await http.app.inject({
    method: 'POST',
    url: '/api/v1/accounts',
    payload: { label: 'sales', provider: 'simulated' },
  });
  id = created.json<AccountView>().id;
});
afterEach(async () => {
  await end();
  await provider.close();
  await http[Symbol.asyncDispose]();
});

describe('chats over HTTP', () => {
  it('are listed, shown by id or phone, read and typed in', async () => {
    await connect();
    provider.write(id, { from: OLHA, text: 'hello', providerMessageId: 'm1' });
    const chat = { id: OLHAS_CHAT, kind: 'person', phone: OLHA, unread: 1 };
    expect(await call('GET', '/chats?kind=person&limit=5')).toMatchObject({
      status: 200,
      body: { items: [chat], total: 1 },
    });
    expect((await call('GET', '/chats?kind=group')).body).toEqual({ items: [], nextCursor: null, total: 0 });
    for (const named of [OLHA, encodeURIComponent(OLHA), OLHAS_CHAT])
      expect(await call('GET', `/chats/${named}`)).toMatchObject({ status: 200, body: chat });
    expect((await call('GET', `/chats/${OLHA}/history?limit=1`)).body).toMatchObject({
      items: [{ providerMessageId: 'm1', fromMe: false, text: 'hello' }],
    });
    expect((await call('POST', `/chats/${OLHA}/read`)).status).toBe(204);
    expect((await call('GET', `/chats/${OLHA}`)).body).toMatchObject({ unread: 0 });
    expect((await call('POST', `/chats/${OLHA}/typing`)).status).toBe(204);
    expect(provider.phones.seesTyping(id, OLHAS_CHAT)).toBe('typing');
    expect((await call('POST', `/chats/${OLHA}/typing`, { state: 'paused' })).status).toBe(204);
    expect(provider.phones.seesTyping(id, OLHAS_CHAT)).toBe('paused');
  });

  it('of a group come with its members', async () => {
    await connect();
    const owner = provider.phoneOf(id);
    provider.phones.createGroup({ id: '1203@g.us', name: 'Neighbours', owner, members: [OLHA] });
    expect((await call('GET', '/chats/1203@g.us/group')).body).toMatchObject({
      name: 'Neighbours',
      memberCount: 2,
      members: [
        { phone: OLHA, role: 'member' },
        { phone: owner, role: 'owner' },
      ],
    });
  });

  it('have contacts, and say which numbers can be written to', async () => {
    await connect();
    provider.phones.saveContact(id, { phone: OLHA, name: 'Olha', pushName: null });
    provider.removePhone('+380449999999');
    const contact = { id: OLHAS_CHAT, phone: OLHA, name: 'Olha', saved: true };
    expect((await call('GET', '/contacts')).body).toMatchObject({ items: [contact], total: 1 });
    expect((await call('GET', `/contacts/${OLHA}`)).body).toMatchObject(contact);
    const registered = async (phone: string) =>
      (await call('GET', `/registered?phone=${encodeURIComponent(phone)}`)).body;
    expect(await registered(OLHA)).toEqual({ phone: OLHA, registered: true, chatId: OLHAS_CHAT });
    expect(await registered('+380449999999')).toMatchObject({ registered: false, chatId: null });
  });

  it('that nobody knows are not found', async () => {
    await connect();
    for (const url of [`/chats/${OLHA}`, `/chats/${OLHA}/history`, '/chats/9@g.us/group', `/contacts/${OLHA}`])
      expect(await call('GET', url)).toMatchObject({ status: 404, body: { code: 'chat_not_found' } });
    expect((await call('GET', '/chats/what is this')).status).toBe(400);
  });

  it('are asked of a connected session only, and of one that can', async () => {
    expect(await call('GET', '/chats')).toMatchObject({ status: 409, body: { code: 'not_connected' } });
    await connect(new Set(['contacts']));
    expect(await call('GET', '/chats')).toMatchObject({
      status: 409,
      body: { code: 'not_supported', detail: expect.stringContaining('chats') as string },
    });
    expect((await call('GET', '/contacts')).status).toBe(200);
    await end();
    expect(await call('GET', '/contacts')).toMatchObject({ status: 409, body: { code: 'not_connected' } });
    id = '0193a1b2-0000-7000-8000-000000000000';
    expect(await call('GET', '/chats')).toMatchObject({ status: 404, body: { code: 'account_not_found' } });
  });
});
