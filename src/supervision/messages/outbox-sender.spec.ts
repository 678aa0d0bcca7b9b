import { beforeEach, describe, expect, it } from 'vitest';
import {
  ACKNOWLEDGEMENT_MS_MAX,
  MESSAGE_TTL_MS,
  SEND_LOOKUPS_MAX,
  SEND_PAUSE_MS,
  SEND_TRIES_MAX,
} from '#libs/contracts/limits/messages';
import type { SessionAnswer } from '#libs/contracts/session';
import type { Driver } from '#libs/drivers/driver';
import { BOB, NodeStage } from '#test/support/node-stage';

const alice = 'alice';
let stage: NodeStage;

beforeEach(async () => {
  stage = new NodeStage();
  await stage.connected(alice);
});

/** Accepted and its sender woken, as the API does it. */
function send(id: string, to = BOB): void {
  stage.messages.accept(alice, id, to, stage.clock.now());
  stage.child(alice).wakeOutbox();
}
const arrivals = (): readonly string[] => stage.provider.messages.all().map(({ text }) => text);
const repeated = (): number => stage.provider.messages.arrivals - stage.provider.messages.all().length;

describe('an online account', () => {
  it('sends what it accepted, once and in order, each claimed before it is handed over', async () => {
    for (const id of ['m1', 'm2', 'm3']) send(id);
    await stage.clock.advance(1_000);
    expect(arrivals()).toEqual(['text of m1', 'text of m2', 'text of m3']);
    expect(stage.messages.statuses()).toEqual({ m1: 'delivered', m2: 'delivered', m3: 'delivered' });
    const claims = stage.messages.calls.filter((call) => call.startsWith('claim'));
    expect(claims, 'in one commit').toEqual(['claim m1 m2 m3']);
  });

  it('sends a message that was accepted while the outbox was being read', async () => {
    let late = true;
    stage.messages.before = (call) => {
      if (call !== 'pending' || !late) return;
      late = false;
      void Promise.resolve().then(() => send('late'));
    };
    stage.child(alice).wakeOutbox();
    await stage.clock.advance(1_000);
    expect(stage.messages.statuses()).toEqual({ late: 'delivered' });
  });

  it('does not ask for an outbox that is known to be empty, until somebody accepts a message', async () => {
    const quiet = new NodeStage();
    quiet.accounts.adopt([{ ...quiet.recorder.owned(alice, {}), outboxEmpty: true }]);
    await quiet.command(alice, 'connect');
    await quiet.clock.advance(2_000);
    expect(quiet.messages.calls.filter((call) => call.startsWith('pending'))).toEqual([]);
    quiet.messages.accept(alice, 'm1', BOB, quiet.clock.now());
    quiet.child(alice).wakeOutbox();
    await quiet.clock.advance(1_000);
    expect(quiet.messages.statuses()).toEqual({ m1: 'delivered' });
  });

  it('sends an answer once that which it answers is sent, also when both were asked for at once', async () => {
    send('m1');
    stage.messages.accept(alice, 'answer', BOB, stage.clock.now(), 'm1');
    stage.child(alice).wakeOutbox();
    await stage.clock.advance(1_000 + SEND_PAUSE_MS);
    expect(arrivals()).toEqual(['text of m1', 'text of answer']);
    expect(stage.messages.statuses()).toEqual({ m1: 'delivered', answer: 'delivered' });
    expect(stage.provider.messages.all().at(-1)!.quoted).toBe(stage.messages.row('m1').providerMessageId);
  });

  it('fails an answer to what was never sent, and goes on', async () => {
    stage.provider.setFaults(alice, { refuseSends: 'spam' });
    send('m1');
    stage.messages.accept(alice, 'answer', BOB, stage.clock.now(), 'm1');
    await stage.clock.advance(1_000 + SEND_PAUSE_MS);
    expect(stage.messages.row('answer')).toMatchObject({ status: 'failed', error: { code: 'target_not_sent' } });
    stage.provider.setFaults(alice, { refuseSends: null });
    send('m2');
    await stage.clock.advance(1_000);
    expect(stage.messages.row('m2').status).toBe('delivered');
  });

  it('does not hand over what was settled between the reading and the claim', async () => {
    stage.messages.before = (call, id) => {
      if (call === 'claim') Object.assign(stage.messages.row(id), { status: 'failed', pending: false });
    };
    send('m1');
    await stage.clock.advance(10_000);
    expect(arrivals()).toEqual([]);
    expect(stage.messages.statuses()).toEqual({ m1: 'failed' });
  });

  it('goes on where it was when the store was away, and sends nothing twice', async () => {
    let failures = 0;
    stage.messages.before = (call) => {
      if (call === 'pending' || (failures += 1) % 2 === 0) return;
      throw new Error('away');
    };
    for (const id of ['m1', 'm2']) send(id);
    await stage.clock.advance(60_000);
    expect(stage.messages.statuses()).toEqual({ m1: 'delivered', m2: 'delivered' });
    expect(repeated()).toBe(0);
  });
});

describe('a message that the provider does not take', () => {
  it('fails when the provider refuses it, and lets the next one pass', async () => {
    stage.provider.setFaults(alice, { refuseSends: 'spam' });
    send('m1');
    await stage.clock.advance(1_000);
    stage.provider.setFaults(alice, { refuseSends: null });
    send('m2');
    await stage.clock.advance(1_000);
    expect(stage.messages.row('m1')).toMatchObject({ status: 'failed', error: { code: 'refused', message: 'spam' } });
    expect(stage.messages.row('m2').status).toBe('delivered');
  });

  it('fails at once when nobody is reached at its number', async () => {
    stage.provider.removePhone(BOB);
    send('m1');
    await stage.clock.advance(1_000);
    expect(stage.messages.row('m1')).toMatchObject({ status: 'failed', error: { code: 'bad_recipient' } });
  });

  it('is handed over again under the same id when it got lost, and fails after the last try', async () => {
    stage.provider.setFaults(alice, { loseSends: true });
    send('m1');
    await stage.clock.advance((ACKNOWLEDGEMENT_MS_MAX + SEND_PAUSE_MS) * (SEND_TRIES_MAX + 1));
    expect(stage.messages.row('m1')).toMatchObject({
      status: 'failed',
      error: { code: 'not_sent' },
      tries: SEND_TRIES_MAX,
    });
  });

  it('arrives once when it was lost only at first', async () => {
    stage.provider.setFaults(alice, { loseSends: true });
    send('m1');
    await stage.clock.advance(5_000);
    stage.provider.setFaults(alice, { loseSends: false });
    await stage.clock.advance(ACKNOWLEDGEMENT_MS_MAX + 5_000);
    expect(stage.messages.row('m1').status).toBe('delivered');
    expect(stage.provider.messages.arrivals).toBe(1);
  });

  it('is read back, not sent again, when its acknowledgement got lost', async () => {
    stage.provider.setFaults(alice, { withholdAcknowledgements: true });
    send('m1');
    await stage.clock.advance(ACKNOWLEDGEMENT_MS_MAX + 5_000);
    expect(stage.messages.row('m1').status).toBe('delivered');
    expect(stage.provider.messages.arrivals).toBe(1);
  });

  it('is uncertain, and never sent again, when nobody answers for it', async () => {
    stage.provider.setFaults(alice, { withholdAcknowledgements: true });
    send('m1');
    await stage.clock.advance(1_000);
    stage.provider.setFaults(alice, { swallowAnswers: true });
    await stage.clock.advance(ACKNOWLEDGEMENT_MS_MAX * (SEND_LOOKUPS_MAX + 2));
    expect(stage.messages.row('m1').status).toBe('uncertain');
    stage.provider.setFaults(alice, { swallowAnswers: false });
    await stage.clock.advance(ACKNOWLEDGEMENT_MS_MAX * 5);
    expect(stage.provider.messages.arrivals).toBe(1);
  });

  it('expires when it is no longer wanted', async () => {
    stage.messages.accept(alice, 'm1', BOB, stage.clock.now() - MESSAGE_TTL_MS - 1);
    stage.child(alice).wakeOutbox();
    await stage.clock.advance(1_000);
    expect(stage.messages.row('m1')).toMatchObject({ status: 'failed', error: { code: 'expired' } });
    expect(stage.provider.messages.arrivals).toBe(0);
  });
});

describe('an account that is not online', () => {
  it('keeps messages while it is degraded, and sends them when it is back', async () => {
    stage.provider.degrade(alice);
    await stage.clock.settle();
    send('m1');
    await stage.clock.advance(10_000);
    expect(stage.messages.row('m1').status).toBe('queued');
    stage.provider.recover(alice);
    await stage.clock.advance(1_000);
    expect(stage.messages.row('m1').status).toBe('delivered');
  });

  it('settles by the next session what was under way in one that ended', async () => {
    send('m1');
    await stage.clock.advance(20); // handed over; its acknowledgement is on its way
    stage.provider.drop(alice, 'browser_gone');
    await stage.clock.advance(10_000);
    expect(stage.state(alice)).toBe('CONNECTED.online');
    expect(stage.messages.row('m1').status).toBe('delivered');
    expect(repeated()).toBe(0);
  });

  it('settles after a restart of the runtime what an earlier one had handed over', async () => {
    send('m1');
    await stage.clock.advance(20);
    stage.restart();
    stage.adopt(alice);
    await stage.accounts.restore(true);
    await stage.clock.advance(10_000);
    expect(stage.messages.row('m1').status).toBe('delivered');
    expect(repeated()).toBe(0);
  });
});

describe('an account that stops while its outbox pauses', () => {
  const breaks = (): never => {
    throw new Error('a bug of the library');
  };
  const isBusy = () => Promise.resolve({ ok: false, why: 'not_ready', detail: 'syncing' } as const);

  it.each([
    ['after a failure', breaks],
    ['before a message that could not be brought further', isBusy],
  ])('leaves no timer: %s', async (_, prepare) => {
    stage = new NodeStage({ driver: (driver) => preparing(driver, prepare) });
    await stage.connected(alice);
    send('m1');
    await stage.clock.settle();
    const stopping = stage.accounts.stop();
    await stage.clock.advance(SEND_PAUSE_MS / 2);
    await stopping;
    expect(stage.clock.pending).toBe(0);
  });
});

/** A driver whose sessions answer this to the first question about a message. */
function preparing(driver: Driver, prepare: () => Promise<SessionAnswer<never>>): Driver {
  return {
    ...driver,
    open: (opening, report) => {
      const session = driver.open(opening, report);
      const ask: typeof session.ask = (name, question) =>
        name === 'prepare' ? prepare() : session.ask(name, question);
      return { ask, kill: () => session.kill() };
    },
  };
}
