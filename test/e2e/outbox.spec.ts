import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MusterClient } from '#libs/client/client';
import { readEvent } from '#libs/contracts/event-data';
import type { MessageView } from '#libs/contracts/message';
import { startRuntime, type TestRuntime } from '#test/support/runtime';
import { connectPair, type Person } from '#test/support/simulated-pair';

/** In real life six hours. */
const STALE_AFTER_MS = 1_000;
const GAP_MS = 1_000;
const QUICK = { timeoutMs: 15_000, everyMs: 20 };
const SOON = { timeout: 15_000, interval: 20 };

let runtime: TestRuntime;
let client: MusterClient;
let alice: Person;
let bob: Person;

beforeAll(async () => {
  runtime = await startRuntime({ OUTBOX_STALE_AFTER_MS: String(STALE_AFTER_MS) });
  ({ client } = runtime);
  ({ alice, bob } = await connectPair(client));
});
afterAll(async () => runtime[Symbol.asyncDispose]());

const send = (text: string) => client.messages.send(alice.id, { to: bob.phone, text });
const delivered = ({ id }: MessageView) => client.messages.untilStatus(id, 'delivered', QUICK);
/** Who paused and resumed it, as the log has it. */
const told = async (): Promise<readonly string[]> => {
  const names: string[] = [];
  const events = client.events.all({ accountId: alice.id, events: 'outbox.paused,outbox.resumed' });
  for await (const event of events) {
    const read = readEvent(event);
    if (read?.event === 'outbox.paused' || read?.event === 'outbox.resumed')
      names.push(`${read.event} ${read.data.by}`);
  }
  return names;
};

describe('an outbox', () => {
  it('that a person pauses holds what is accepted, over the death of the runtime, until it is resumed', async () => {
    expect(await client.outbox.show(alice.id)).toMatchObject({ state: 'running', waiting: 0, oldestAt: null });
    expect(await client.outbox.pause(alice.id)).toMatchObject({ state: 'paused', pausedBy: 'person' });
    const [first, second] = [await send('first'), await send('second')];
    await runtime.kill();
    runtime = await runtime.startAgain();
    ({ client } = runtime);
    await client.accounts.untilConnected(alice.id);
    await client.accounts.untilConnected(bob.id);
    expect(await client.outbox.show(alice.id)).toMatchObject({
      state: 'paused',
      pausedBy: 'person',
      waiting: 2,
      oldestAt: first.createdAt,
    });
    expect((await client.messages.list(alice.id, { status: 'queued' })).items).toHaveLength(2);
    expect(await client.outbox.resume(alice.id)).toMatchObject({ state: 'running', pausedBy: null });
    const done = [await delivered(first), await delivered(second)];
    expect(done[0]!.sentAt! <= done[1]!.sentAt!).toBe(true);
    expect(await told()).toEqual(['outbox.paused person', 'outbox.resumed person']);
  });

  it('gives up what waits when a person says so, and sends what comes after', async () => {
    await client.outbox.pause(alice.id);
    const given = await send('no longer wanted');
    await client.outbox.resume(alice.id, { waiting: 'fail' });
    const after = await send('wanted');
    expect(await client.messages.get(given.id)).toMatchObject({ status: 'failed', error: { code: 'stale' } });
    await delivered(after);
  });

  it('does not send what became old while the account was away, before a person says that it still counts', async () => {
    await client.accounts.disconnect(alice.id);
    await client.accounts.untilStatus(alice.id, 'DISCONNECTED', QUICK);
    const old = await send('good morning');
    await expect.poll(() => Date.now() - Date.parse(old.createdAt), SOON).toBeGreaterThan(STALE_AFTER_MS);
    await client.accounts.connect(alice.id);
    await expect.poll(() => client.outbox.show(alice.id), SOON).toMatchObject({ state: 'paused', pausedBy: 'stale' });
    expect(await client.messages.get(old.id)).toMatchObject({ status: 'queued' });
    await client.outbox.resume(alice.id);
    await delivered(old);
    expect((await told()).slice(-2)).toEqual(['outbox.paused stale', 'outbox.resumed stale']);
  });

  it('sends at the pace of its account', async () => {
    const { settings } = await client.accounts.get(alice.id);
    await client.accounts.patch(alice.id, { settings: { ...settings, pace: { gapMsMin: GAP_MS, gapMsMax: GAP_MS } } });
    expect((await client.outbox.show(alice.id)).pace).toMatchObject({ gapMsMin: GAP_MS, gapMsMax: GAP_MS });
    const [first, second] = [await send('one'), await send('two')];
    const times = [(await delivered(first)).sentAt!, (await delivered(second)).sentAt!].map((at) => Date.parse(at));
    // The gap lies between the two going out; what they say is when they arrived, and the first may be late.
    expect(times[1]! - times[0]!).toBeGreaterThan(GAP_MS / 2);
  });
});
