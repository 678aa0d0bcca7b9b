import { beforeEach, describe, expect, it } from 'vitest';
import { SEND_RETRY_FIRST_MS, SEND_TRIES_MAX } from '#libs/contracts/limits/messages';
import type { SessionOrders } from '#libs/contracts/session';
import type { Driver } from '#libs/drivers/driver';
import { BOB, NodeStage } from '#test/support/node-stage';

const alice = 'alice';
const CAROL = '+380670000001';
let stage: NodeStage;
/** When the page said no to a message for Bob, in milliseconds after the first time. */
let refusedAt: number[];
let isRefusing: boolean;

const refusing = (driver: Driver): Driver => ({
  ...driver,
  open(opening, report) {
    const session = driver.open(opening, report);
    const isRefused = ({ to }: SessionOrders['send']['ask']): boolean => isRefusing && to.includes(BOB.slice(1));
    const refusal = { why: 'rejected', detail: 'the upload failed' } as const;
    return {
      kill: () => session.kill(),
      async ask(name, ask) {
        const texts = name === 'sendInTurn' ? (ask as SessionOrders['sendInTurn']['ask']).messages : [];
        const refusedOne = texts.findIndex(isRefused);
        if (refusedOne < 0 && !(name === 'send' && isRefused(ask as SessionOrders['send']['ask'])))
          return session.ask(name, ask);
        if (refusedOne > 0) await session.ask('sendInTurn', { messages: texts.slice(0, refusedOne) });
        refusedAt.push(stage.clock.now());
        if (name === 'send') return { ok: false, ...refusal } as const;
        return { ok: true, value: { handedOver: refusedOne, refusal } } as const;
      },
    };
  },
});

beforeEach(async () => {
  refusedAt = [];
  isRefusing = true;
  stage = new NodeStage({ driver: refusing });
  await stage.connected(alice);
});

function send(id: string, to: string): void {
  stage.messages.accept(alice, id, to, stage.clock.now());
  stage.child(alice).wakeOutbox();
}
const arrivals = (): readonly string[] => stage.provider.messages.all().map(({ text }) => text);
const gaps = (): readonly number[] => refusedAt.slice(1).map((at, n) => Math.round((at - refusedAt[n]!) / 1_000));

describe('a message that the session could certainly not send', () => {
  it('is tried again under its id, after pauses that double, and fails after the last try', async () => {
    send('b1', BOB);
    await stage.clock.advance(1_000);
    const { providerMessageId } = stage.messages.row('b1');
    expect(stage.messages.row('b1')).toMatchObject({ status: 'queued', error: { message: 'the upload failed' } });
    await stage.clock.advance(120_000);
    expect(gaps()).toEqual([2, 4, 8, 16]);
    expect(refusedAt).toHaveLength(SEND_TRIES_MAX);
    expect(stage.messages.row('b1')).toMatchObject({
      status: 'failed',
      providerMessageId,
      error: { code: 'rejected' },
    });
  });

  it('holds back those behind it in its chat, and no other chat', async () => {
    for (const [id, to] of [
      ['b1', BOB],
      ['b2', BOB],
      ['c1', CAROL],
      ['b3', BOB],
      ['c2', CAROL],
    ] as const)
      send(id, to);
    await stage.clock.advance(SEND_RETRY_FIRST_MS / 2);
    expect(arrivals()).toEqual(['text of c1', 'text of c2']);
    isRefusing = false;
    await stage.clock.advance(60_000);
    expect(arrivals().slice(2)).toEqual(['text of b1', 'text of b2', 'text of b3']);
    expect(stage.provider.messages.arrivals).toBe(5);
  });

  it('goes on with its pause in the next life of the runtime', async () => {
    send('b1', BOB);
    await stage.clock.advance(8_000);
    const before = refusedAt.length;
    stage.restart();
    stage.adopt(alice);
    await stage.accounts.restore(true);
    await stage.clock.advance(2_000);
    expect(refusedAt).toHaveLength(before);
    isRefusing = false;
    await stage.clock.advance(20_000);
    expect(stage.messages.row('b1').status).toBe('delivered');
  });
});

describe('a message on which the outbox breaks', () => {
  it('is settled after a few times, and what waits behind it goes out', async () => {
    isRefusing = false;
    send('b1', BOB);
    send('b2', BOB);
    send('c1', CAROL);
    Object.assign(stage.messages.row('b2'), { text: null }); // no call accepts it
    await stage.clock.advance(5_000);
    expect(arrivals(), 'another chat does not wait for it').toContain('text of c1');
    await stage.clock.advance(60_000);
    expect(stage.messages.row('b2')).toMatchObject({ status: 'uncertain', error: { code: 'internal_error' } });
    expect(arrivals().toSorted()).toEqual(['text of b1', 'text of c1']);
    expect(stage.messages.statuses()).toMatchObject({ b1: 'delivered', c1: 'delivered' });
    expect(stage.provider.messages.arrivals).toBe(2);
  });
});
