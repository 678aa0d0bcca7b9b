import { beforeEach, describe, expect, it } from 'vitest';
import type { MessageClaim } from '#src/supervision/ports';
import { BOB, NodeStage } from '#test/support/node-stage';

const alice = 'alice';
let stage: NodeStage;
/** In their order, each with how many messages had arrived before it. */
let claims: { readonly ids: string; readonly arrived: number }[];
let claimed: MessageClaim[];

beforeEach(async () => {
  [claims, claimed] = [[], []];
  stage = new NodeStage();
  await stage.connected(alice);
  const { messages, provider } = stage;
  const claim = messages.claim.bind(messages);
  messages.claim = (accountId, epoch, asked) => {
    claims.push({ ids: asked.map(({ messageId }) => messageId).join(' '), arrived: provider.messages.all().length });
    claimed.push(...asked);
    return claim(accountId, epoch, asked);
  };
});

function accept(id: string, isFenced: boolean): void {
  const chatId = `${BOB.slice(1)}@c.us`;
  const message = { accountId: alice, id, to: BOB, chatId, text: `text of ${id}`, isFenced };
  stage.messages.table.accept(message, stage.clock.now());
}
const arrivals = (): readonly string[] => stage.provider.messages.all().map(({ text }) => text);

describe('a message that was accepted under a lease', () => {
  it('is claimed when it is its turn, while others are claimed ahead', async () => {
    const ids = ['free1', 'leased1', 'leased2', 'free2', 'free3', 'leased3'];
    for (const id of ids) accept(id, id.startsWith('leased'));
    stage.child(alice).wakeOutbox();
    await stage.clock.advance(2_000);
    expect(arrivals()).toEqual(ids.map((id) => `text of ${id}`));
    expect(claims.map((one) => one.ids)).toEqual(['free1', 'leased1', 'leased2', 'free2 free3', 'leased3']);
    const arrivedBefore = Object.fromEntries(claims.map((one) => [one.ids, one.arrived]));
    expect(arrivedBefore).toMatchObject({ leased1: 1, leased2: 2, leased3: 5 });
  });

  it('is not handed over when its lease ends while the one before it is on its way', async () => {
    for (const id of ['one', 'other']) accept(id, true);
    stage.messages.before = (call, id) => {
      if (call !== 'claim' || id !== 'other') return;
      const error = { code: 'lease_over', message: 'over' };
      stage.messages.table.settle(alice, 1, 'other', { status: 'failed', at: stage.clock.now(), error });
    };
    stage.child(alice).wakeOutbox();
    await stage.clock.advance(2_000);
    expect(arrivals()).toEqual(['text of one']);
    expect(stage.messages.statuses()).toEqual({ one: 'delivered', other: 'failed' });
  });

  it('is claimed again as one that the provider does not know, after it was asked', async () => {
    stage.provider.setFaults(alice, { loseSends: true });
    accept('one', true);
    stage.child(alice).wakeOutbox();
    await stage.clock.advance(120_000);
    expect(claimed.length).toBeGreaterThan(1);
    expect(claimed.map(({ isUnknown = false }) => isUnknown)).toEqual(claimed.map((_, n) => n > 0));
  });
});
