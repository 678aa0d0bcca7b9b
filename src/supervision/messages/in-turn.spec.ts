import { beforeEach, describe, expect, it } from 'vitest';
import { CLAIM_AHEAD_MAX, SEND_IN_TURN_MAX, SEND_PAUSE_MS } from '#libs/contracts/limits/messages';
import type { SessionOrders } from '#libs/contracts/session';
import type { Driver } from '#libs/drivers/driver';
import { BOB, NodeStage } from '#test/support/node-stage';

const alice = 'alice';
const CAROL = '+380447654321';
let stage: NodeStage;
/** How many texts each order held. */
let orders: number[];

async function connected(ackMs = 30): Promise<void> {
  orders = [];
  stage = new NodeStage({ driver: listening });
  await stage.connected(alice, { ackMs });
}
beforeEach(() => connected());

function send(...ids: readonly string[]): void {
  for (const id of ids) stage.messages.accept(alice, id, id.startsWith('c') ? CAROL : BOB, stage.clock.now());
  stage.child(alice).wakeOutbox();
}
const arrivals = (): readonly string[] => stage.provider.messages.all().map(({ text }) => text);
const repeated = (): number => stage.provider.messages.arrivals - stage.provider.messages.all().length;
const named = (count: number): readonly string[] => Array.from({ length: count }, (_, n) => `m${n + 1}`);

describe('texts that wait', () => {
  it('are given to the session together, and go in order, each once', async () => {
    const ids = named(2 * SEND_IN_TURN_MAX + 3);
    send(...ids);
    await stage.clock.advance(2_000);
    expect(arrivals()).toEqual(ids.map((id) => `text of ${id}`));
    expect(new Set(Object.values(stage.messages.statuses()))).toEqual(new Set(['delivered']));
    expect(repeated()).toBe(0);
    expect(orders.reduce((sum, count) => sum + count, 0)).toBe(ids.length);
    expect(orders.length).toBeLessThan(6);
    expect(Math.max(...orders)).toBe(SEND_IN_TURN_MAX);
  });

  it('are claimed while those before them are on their way', async () => {
    send(...named(2 * CLAIM_AHEAD_MAX));
    await stage.clock.advance(100);
    const claims = stage.messages.calls.filter((call) => call.startsWith('claim'));
    expect(claims.map((call) => call.split(' ').length - 1)).toEqual([CLAIM_AHEAD_MAX, CLAIM_AHEAD_MAX]);
    expect(arrivals().length).toBeLessThan(SEND_IN_TURN_MAX);
  });

  it('go on behind one whose number nobody has', async () => {
    stage.provider.removePhone(CAROL);
    send('m1', 'c1', 'm2', 'm3');
    await stage.clock.advance(1_000);
    expect(stage.messages.row('c1')).toMatchObject({ status: 'failed', error: { code: 'bad_recipient' } });
    expect(arrivals()).toEqual(['text of m1', 'text of m2', 'text of m3']);
  });

  it('wait, untouched, behind one that the servers do not acknowledge', async () => {
    stage.provider.setFaults(alice, { withholdAcknowledgements: true });
    send('m1', 'm2', 'm3');
    await stage.clock.advance(1_000);
    expect(arrivals()).toEqual(['text of m1']);
    stage.provider.setFaults(alice, { withholdAcknowledgements: false });
    await stage.clock.advance(60_000);
    expect(arrivals()).toEqual(['text of m1', 'text of m2', 'text of m3']);
    expect(stage.messages.row('m3')).toMatchObject({ status: 'delivered' });
    expect(repeated()).toBe(0);
  });

  it('are looked up after the session ends under them, and none goes twice', async () => {
    send(...named(5));
    await stage.clock.advance(70);
    const sentBefore = arrivals().length;
    expect([sentBefore > 0, sentBefore < 5]).toEqual([true, true]);
    stage.provider.drop(alice, 'browser_gone');
    await stage.clock.advance(60_000);
    expect(arrivals()).toEqual(named(5).map((id) => `text of ${id}`));
    expect(repeated()).toBe(0);
  });

  it('stay in the outbox when it is paused before their turn', async () => {
    await connected(400);
    send(...named(5));
    await stage.clock.advance(100);
    stage.messages.pausedAs = 'person';
    stage.child(alice).outboxChanged();
    await stage.clock.advance(10 * SEND_PAUSE_MS);
    expect(arrivals()).toEqual(['text of m1', 'text of m2']);
    expect(stage.messages.row('m3')).toMatchObject({ status: 'queued' });
  });
});

describe('a text that needs something first', () => {
  it('goes alone, in its place', async () => {
    send('m1', 'm2');
    stage.messages.accept(alice, 'answer', BOB, stage.clock.now(), 'm1');
    send('m3');
    await stage.clock.advance(5 * SEND_PAUSE_MS);
    expect(arrivals()).toEqual(['m1', 'm2', 'answer', 'm3'].map((id) => `text of ${id}`));
  });
});

function listening(driver: Driver): Driver {
  return {
    ...driver,
    open: (opening, report) => {
      const session = driver.open(opening, report);
      const ask: typeof session.ask = (name, question) => {
        if (name === 'send') orders.push(1);
        if (name === 'sendInTurn') orders.push((question as SessionOrders['sendInTurn']['ask']).messages.length);
        return session.ask(name, question);
      };
      return { ask, kill: () => session.kill() };
    },
  };
}
