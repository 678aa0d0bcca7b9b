import { beforeEach, describe, expect, it } from 'vitest';
import { RECEIPTS_ASKED_AFTER_MS, RECEIPTS_ASKED_SINCE_MS } from '#libs/contracts/limits/messages';
import type { Driver } from '#libs/drivers/driver';
import { BOB, NodeStage } from '#test/support/node-stage';

const alice = 'alice';
let stage: NodeStage;
let asked: number;

const listening = (driver: Driver): Driver => ({
  ...driver,
  open(opening, report) {
    const session = driver.open(opening, report);
    return {
      kill: () => session.kill(),
      ask(name, ask) {
        if (name === 'lookup') asked += 1;
        return session.ask(name, ask);
      },
    };
  },
});

beforeEach(async () => {
  asked = 0;
  stage = new NodeStage({ driver: listening });
  await stage.connected(alice);
  for (const id of ['m1', 'm2']) stage.messages.accept(alice, id, BOB, stage.clock.now());
  stage.child(alice).wakeOutbox();
  await stage.clock.advance(1_000);
  expect(stage.messages.statuses()).toEqual({ m1: 'delivered', m2: 'delivered' });
});

/** The other side reads it while nobody listens. */
const readUnheard = (id: string): void =>
  void (stage.provider.messages.find(stage.messages.row(id).providerMessageId!)!.level = 'read');
const away = async (meanwhile: () => void, ms = 10_000): Promise<void> => {
  stage.provider.drop(alice, 'browser_gone');
  await stage.clock.settle();
  meanwhile();
  await stage.clock.advance(ms + RECEIPTS_ASKED_AFTER_MS);
  expect(stage.state(alice)).toBe('CONNECTED.online');
};

describe('what was delivered or read while the account was away', () => {
  it('is asked for by the next session, once', async () => {
    await away(() => readUnheard('m1'));
    expect(stage.messages.statuses()).toEqual({ m1: 'read', m2: 'delivered' });
    expect(asked).toBe(2);
    stage.provider.degrade(alice);
    await stage.clock.advance(1_000);
    stage.provider.recover(alice);
    await stage.clock.advance(2 * RECEIPTS_ASKED_AFTER_MS);
    expect(asked, 'a session that was degraded has listened').toBe(2);
  });

  it('is asked for after a restart of the runtime, too', async () => {
    readUnheard('m2');
    stage.restart();
    stage.adopt(alice);
    await stage.accounts.restore(true);
    await stage.clock.advance(2 * RECEIPTS_ASKED_AFTER_MS);
    expect(stage.messages.statuses()).toEqual({ m1: 'delivered', m2: 'read' });
  });

  it('is not asked for when it is old', async () => {
    await stage.clock.advance(RECEIPTS_ASKED_SINCE_MS);
    asked = 0; // by the session that sent them
    await away(() => readUnheard('m1'));
    expect(asked).toBe(0);
  });

  it('is left to the next session when this one ends before', async () => {
    await away(() => undefined, -RECEIPTS_ASKED_AFTER_MS + 2_500);
    expect(asked).toBe(0);
    await away(() => readUnheard('m1'));
    expect(stage.messages.row('m1').status).toBe('read');
    const stopped = stage.accounts.stop();
    await stage.clock.advance(60_000);
    await stopped;
    expect(stage.clock.pending).toBe(0);
  });
});
