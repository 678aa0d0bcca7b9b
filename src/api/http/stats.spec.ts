import { expect, it } from 'vitest';
import { configurationSchema } from '#libs/contracts/configuration';
import type { MusterEvent } from '#libs/contracts/events';
import { statsSchema, type StatsView } from '#libs/contracts/stats';
import { VARIABLES } from '#src/config/variables';
import { type HttpRuntime, startHttpRuntime } from '#test/support/http-runtime';

const ACCOUNT = '0196b3f0-0000-7000-8000-00000000000a';
const statsOf = async ({ app }: HttpRuntime): Promise<StatsView> =>
  statsSchema.parse((await app.inject('/api/v1/stats')).json());

/** Of a step only where it led is counted here. */
const changed = (...to: readonly string[]) =>
  ({
    event: 'account.changed',
    accountId: ACCOUNT,
    transitions: to.map((state) => ({ to: state })),
  }) as unknown as MusterEvent;
const message = (event: string, status: string) =>
  ({ event, accountId: ACCOUNT, message: { status } }) as unknown as MusterEvent;

it('what happened of late is counted, in all, by the minute and by the hour', async () => {
  await using runtime = await startHttpRuntime();
  expect((await statsOf(runtime)).messages.accepted).toEqual({ total: 0, lastMinute: 0, lastHour: 0 });
  runtime.publish(changed('CONNECTING.launching', 'CONNECTING.backingOff'));
  runtime.publish(message('message.accepted', 'queued'));
  runtime.publish(message('message.changed', 'sending'));
  runtime.publish(message('message.changed', 'sent'));
  runtime.metrics.observeCommit(3, 4);
  runtime.metrics.observeCommit(1, 8);
  runtime.metrics.observeDelivery('gave_up', 10);
  runtime.metrics.stream.clients(2);
  runtime.metrics.stream.told(5, -3);
  const one = { total: 1, lastMinute: 1, lastHour: 1 };
  expect(await statsOf(runtime)).toMatchObject({
    phase: 'running',
    messages: { accepted: one, sent: one, failed: { total: 0 } },
    transitions: { total: 2 },
    restarts: one,
    commits: { entries: { lastMinute: 4 }, ms: { mean: 6, max: 8 } },
    webhooks: { gaveUp: one, taken: { total: 0 } },
    stream: { clients: 2, told: { lastMinute: 5 }, lagMs: { mean: 0 } },
  });
});

it('accounts are counted by status, and the loop’s delay is what readiness says', async () => {
  await using runtime = await startHttpRuntime();
  runtime.states.set(ACCOUNT, { status: 'FAILED' } as never);
  expect(await statsOf(runtime)).toMatchObject({ accounts: { FAILED: 1, CONNECTED: 0 }, loopDelayMs: null });
  runtime.runtime.addReadinessPart({ name: 'event_loop', check: () => ({ status: 'up', delayMs: 21 }) });
  await expect.poll(async () => (await statsOf(runtime)).loopDelayMs).toBe(21);
});

it('while the store is away the rest is told all the same', async () => {
  await using runtime = await startHttpRuntime();
  expect((await statsOf(runtime)).stored?.queues.outbox).toMatchObject({ queued: 0, capped: false });
  runtime.storedStats.failure = new Error('connection terminated');
  expect(await statsOf(runtime)).toMatchObject({ stored: null, phase: 'running' });
});

it('the configuration in force is told to whoever has a key', async () => {
  await using runtime = await startHttpRuntime({ apiKeys: ['a-key'] });
  expect((await runtime.app.inject('/api/v1/configuration')).statusCode).toBe(401);
  expect((await runtime.app.inject('/api/v1/stats')).statusCode).toBe(401);
  const answer = await runtime.app.inject({ url: '/api/v1/configuration', headers: { 'x-api-key': 'a-key' } });
  const { variables } = configurationSchema.parse(answer.json());
  expect(variables.map(({ name }) => name)).toEqual(Object.keys(VARIABLES));
  expect(variables.find(({ name }) => name === 'PORT')).toMatchObject({ value: 0, from: 'environment' });
});
