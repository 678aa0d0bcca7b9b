import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRuntime, type TestRuntime } from '#test/support/runtime';

describe('a simulated account, from outside', () => {
  let runtime: TestRuntime;
  beforeAll(async () => {
    runtime = await startRuntime();
  });
  afterAll(async () => runtime[Symbol.asyncDispose]());

  it('pairs by itself, connects, and its history says how', async () => {
    const { accounts } = runtime.client;
    // It is looked at while it launches: 20 ms, as usual, may be over before the answer is read from the store.
    const settings = { launchMs: 1_000, autoScanMs: 20 };
    const { id } = await accounts.create({ label: 'first', provider: 'simulated', settings });
    const commanded = await accounts.connect(id);
    expect(commanded).toMatchObject({ status: 'CONNECTING', desired: 'CONNECTED', did: 'connecting' });
    const connected = await accounts.untilConnected(id);
    expect(connected).toMatchObject({ status: 'CONNECTED', detail: 'CONNECTED.online', reason: null });
    expect(connected.phone).toMatch(/^\+\d+$/);

    const { items } = await accounts.transitions(id);
    expect(items.map(({ to }) => to)).toEqual([
      'CONNECTING.queued',
      'CONNECTING.launching',
      'QR_READY',
      'AUTHENTICATING.syncing',
      'AUTHENTICATING.verifying',
      'CONNECTED.online',
    ]);
    expect(items.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('shows its QR code as long as one is to be scanned, as data and as a picture', async () => {
    const { accounts } = runtime.client;
    const { id } = await accounts.create({ label: 'by hand', provider: 'simulated', settings: { scan: 'manual' } });
    await expect(accounts.qr(id)).rejects.toMatchObject({ problem: { code: 'qr_not_ready', status: 409 } });
    await accounts.connect(id);
    await accounts.untilStatus(id, ['QR_READY']);
    const { qr, attempt } = await accounts.qr(id);
    expect([qr.length > 10, attempt]).toEqual([true, 1]);
    await accounts.disconnect(id);
    await accounts.untilStatus(id, ['DISCONNECTED']);
    await expect(accounts.qr(id)).rejects.toMatchObject({ problem: { code: 'qr_not_ready' } });
  });

  it('sends once, and says sent only when the provider has acknowledged', async () => {
    const { accounts, messages } = runtime.client;
    const [alice, bob] = await Promise.all(
      ['alice', 'bob'].map((label) => accounts.create({ label, provider: 'simulated' })),
    );
    await Promise.all([accounts.connect(alice!.id), accounts.connect(bob!.id)]);
    const to = (await accounts.untilConnected(bob!.id)).phone!;
    await accounts.untilConnected(alice!.id);
    const body = { to, text: 'hello' };
    const first = await messages.send(alice!.id, body, { idempotencyKey: 'k-1' });
    const again = await messages.send(alice!.id, body, { idempotencyKey: 'k-1' });
    expect(again.id).toBe(first.id);
    await expect(messages.send(alice!.id, { to, text: 'other' }, { idempotencyKey: 'k-1' })).rejects.toMatchObject({
      problem: { code: 'idempotency_conflict' },
    });
    const sent = await messages.untilStatus(first.id, ['sent', 'delivered', 'read']);
    expect(sent.sentAt).not.toBeNull();
    await expect
      .poll(async () => (await messages.list(bob!.id, { direction: 'in' })).items.map(({ text }) => text))
      .toEqual(['hello']);
  });
});

describe('a runtime that dies', () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)('by %s brings back what was wanted, without a new code', async (signal) => {
    await using first = await startRuntime();
    const { accounts } = first.client;
    const wanted = await accounts.create({ label: 'wanted', provider: 'simulated' });
    const resting = await accounts.create({ label: 'resting', provider: 'simulated' });
    const halfWay = await accounts.create({ label: 'half-way', provider: 'simulated', settings: { scan: 'manual' } });
    for (const { id } of [wanted, resting, halfWay]) await accounts.connect(id);
    await accounts.untilConnected(wanted.id);
    await accounts.untilConnected(resting.id);
    await accounts.disconnect(resting.id);
    await accounts.untilStatus(resting.id, ['DISCONNECTED']);
    await accounts.untilStatus(halfWay.id, ['QR_READY']);

    expect(await first.stop(signal)).toBe(signal === 'SIGTERM' ? 0 : null);
    await using second = await first.startAgain();
    const back = second.client.accounts;
    await back.untilConnected(wanted.id);
    const { items } = await back.transitions(wanted.id, { limit: 100 });
    const restored = items.findIndex(({ event }) => event === 'account.restore');
    expect(items.slice(restored).map(({ to }) => to)).not.toContain('QR_READY');
    expect(items[restored]).toMatchObject({ from: 'CONNECTED.online', epoch: items[0]!.epoch + 1 });
    expect(await back.get(resting.id)).toMatchObject({ status: 'DISCONNECTED', desired: 'DISCONNECTED' });
    expect(await back.get(halfWay.id)).toMatchObject({
      status: 'DISCONNECTED',
      reason: { code: 'pairing_interrupted' },
    });
  });
});
