import { beforeEach, describe, expect, it } from 'vitest';
import { CAPABILITIES } from '#libs/contracts/capabilities';
import { COMMIT_RETRY_MS_MAX, MAILBOX_MAX, RETIRE_MS_MAX } from '#libs/contracts/limits/runtime';
import { BOB, NodeStage } from '#test/support/node-stage';

const alice = 'alice';
let stage: NodeStage;

beforeEach(async () => {
  stage = new NodeStage();
  await stage.connected(alice);
});

const write = (id: string): void => stage.provider.write(alice, { from: BOB, text: id, providerMessageId: id });
const told = (): readonly (string | null)[] => stage.told.map(({ providerMessageId }) => providerMessageId);

describe('what the provider says of messages', () => {
  it('is told in its order, once each, and only when it is stored', async () => {
    stage.messages.before = (call) => {
      const stored = stage.messages.inboxCalls.filter((made) => made.startsWith('receive')).length - 1;
      if (call === 'receive') expect(stored).toBeGreaterThanOrEqual(stage.told.length);
    };
    for (const id of ['i1', 'i2', 'i1', 'i3']) write(id);
    expect(stage.told).toEqual([]);
    await stage.clock.settle();
    expect(told()).toEqual(['i1', 'i2', 'i3']);
  });

  it('waits for a store that is away, and keeps its order', async () => {
    let away = true;
    stage.messages.before = () => {
      if (away) throw new Error('away');
    };
    for (const id of ['i1', 'i2']) write(id);
    await stage.clock.advance(60_000);
    expect(told()).toEqual([]);
    away = false;
    await stage.clock.advance(COMMIT_RETRY_MS_MAX);
    expect(told()).toEqual(['i1', 'i2']);
  });

  it('is said to be lost when too much of it waits and the driver can’t tell it again', async () => {
    const can = new Set(CAPABILITIES.filter((capability) => capability !== 'catch-up'));
    stage = new NodeStage({ driver: (driver) => ({ ...driver, can }) });
    await stage.connected(alice);
    stage.messages.before = () => new Promise(() => undefined);
    write('first');
    await stage.clock.settle();
    for (let i = 0; i <= MAILBOX_MAX; i += 1) write(`i${i}`);
    expect(stage.logged).toEqual(['too much waits to be written; a fact about a message was lost']);
  });

  it('is stored although a listener failed at the one before', async () => {
    const push = stage.told.push.bind(stage.told);
    stage.told.push = (view) => {
      if (view.providerMessageId === 'i1') throw new Error('a listener');
      return push(view);
    };
    for (const id of ['i1', 'i2']) write(id);
    await stage.clock.settle();
    expect(told()).toEqual(['i2']);
    expect(stage.logged).toEqual(['a fact could not be written']);
  });

  it('is stored, too, when it comes while the session is being closed by a stop', async () => {
    stage.provider.setFaults(alice, { hangOnClose: true });
    const stopped = stage.accounts.stop();
    await stage.clock.settle();
    stage.lastWords(alice, 'i1');
    await stage.clock.advance(60_000);
    await stopped;
    expect(told()).toEqual(['i1']);
    expect(stage.logged).toEqual([]);
  });

  it('does not hold up a stop when the store is away', async () => {
    stage.messages.before = () => {
      throw new Error('away');
    };
    write('i1');
    await stage.clock.settle();
    let stopped = false;
    void stage.accounts.stop().then(() => (stopped = true));
    await stage.clock.advance(2 * RETIRE_MS_MAX);
    expect(stopped).toBe(true);
    expect(stage.clock.pending).toBe(0);
  });
});
