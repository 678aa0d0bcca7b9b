import { expect, it } from 'vitest';
import { foundEventsSchema } from '#libs/contracts/event-search';
import type { LoggedEvent } from '#libs/contracts/event-log';
import { startHttpRuntime, type HttpRuntime } from '#test/support/http-runtime';

const ACCOUNT = '0196b3f0-0000-7000-8000-00000000000a';
const at = '2026-01-02T12:00:00.000Z';

function fill({ events }: HttpRuntime): void {
  events.add({ topic: 'accounts', event: 'account.created', accountId: ACCOUNT, at, data: { label: 'x' } });
  events.add({ topic: 'messages', event: 'message.accepted', accountId: ACCOUNT, at, data: {} });
  events.add({ topic: 'messages', event: 'message.changed', accountId: null, at, data: {} });
}
async function list({ app }: HttpRuntime, query = ''): Promise<{ items: LoggedEvent[]; nextCursor: string | null }> {
  const answer = await app.inject({ method: 'GET', url: `/api/v1/events${query}` });
  expect(answer.statusCode).toBe(200);
  return answer.json<{ items: LoggedEvent[]; nextCursor: string | null }>();
}

it('the log is read oldest first, page by page, until there is nothing newer', async () => {
  await using runtime = await startHttpRuntime();
  fill(runtime);
  const first = await list(runtime, '?limit=2');
  expect(first.items.map(({ event }) => event)).toEqual(['account.created', 'message.accepted']);
  const second = await list(runtime, `?after=${first.nextCursor}`);
  expect(second.items.map(({ event }) => event)).toEqual(['message.changed']);
  expect(await list(runtime, `?after=${second.nextCursor}`)).toEqual({ items: [], nextCursor: null });
});

it('can be narrowed to topics, names and an account', async () => {
  await using runtime = await startHttpRuntime();
  fill(runtime);
  const eventsOf = async (query: string) => (await list(runtime, query)).items.map(({ event }) => event);
  expect(await eventsOf('?topics=messages')).toEqual(['message.accepted', 'message.changed']);
  expect(await eventsOf('?topics=accounts,messages&events=message.accepted')).toEqual(['message.accepted']);
  expect(await eventsOf('?topics=supervisor')).toEqual([]);
  expect(await eventsOf(`?accountId=${ACCOUNT}`)).toEqual(['account.created', 'message.accepted']);
});

it.each([
  ['?after=here', 400, 'invalid_request'],
  ['?topics=weather', 400, 'invalid_request'],
  ['?limit=1001', 400, 'invalid_request'],
  ['?after=4', 410, 'cursor_expired'],
])('%s is refused with %i %s', async (query, status, code) => {
  await using runtime = await startHttpRuntime();
  runtime.events.forgottenTo = 5;
  const answer = await runtime.app.inject({ method: 'GET', url: `/api/v1/events${query}` });
  expect(answer.statusCode).toBe(status);
  expect(answer.json()).toMatchObject({ code });
});

it('while the store is away it says so', async () => {
  await using runtime = await startHttpRuntime();
  runtime.events.failure = Object.assign(new Error('connection terminated'), { code: '57P01' });
  const answer = await runtime.app.inject({ method: 'GET', url: '/api/v1/events' });
  expect(answer.statusCode).toBe(503);
});

it('can be looked back through, the newest first', async () => {
  await using runtime = await startHttpRuntime();
  fill(runtime);
  const search = async (query: string) => {
    const answer = await runtime.app.inject({ url: `/api/v1/events/search${query}` });
    return foundEventsSchema.parse(answer.json());
  };
  const first = await search('?limit=2');
  expect(first.items.map(({ event }) => event)).toEqual(['message.changed', 'message.accepted']);
  expect((await search(`?before=${first.nextCursor}`)).items).toMatchObject([{ event: 'account.created' }]);
  expect((await search('?topics=accounts&text=LABEL')).items).toHaveLength(1);
  expect((await search('?from=2026-01-02T13:00:00%2B00:00')).items).toEqual([]);
  expect((await search('?to=2026-01-02T14:00:00%2B02:00')).items).toHaveLength(3);
  expect((await runtime.app.inject('/api/v1/events/search?from=yesterday')).statusCode).toBe(400);
});
