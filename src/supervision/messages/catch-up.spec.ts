import { beforeEach, describe, expect, it } from 'vitest';
import {
  CATCH_UP_AGAIN_MS,
  CATCH_UP_MESSAGES_MAX,
  CATCH_UP_RETRY_MS,
  CATCH_UP_TRIES_MAX,
} from '#libs/contracts/limits/messages';
import { MAILBOX_MAX } from '#libs/contracts/limits/runtime';
import type { Driver } from '#libs/drivers/driver';
import { BOB, NodeStage } from '#test/support/node-stage';

const alice = 'alice';
const CAROL = '+380670000001';
const BURST = 5_000;
let stage: NodeStage;
let asked: unknown[];

/** Notes what a session is asked to tell again; `answer` may spoil the question. */
const listening =
  (answer: () => boolean = () => true) =>
  (driver: Driver): Driver => ({
    ...driver,
    open(opening, report) {
      const session = driver.open(opening, report);
      return {
        kill: () => session.kill(),
        ask(name, ask) {
          if (name !== 'catchUp') return session.ask(name, ask);
          asked.push(ask);
          if (answer()) return session.ask(name, ask);
          return Promise.resolve({ ok: false, why: 'unanswered', detail: 'no' } as const);
        },
      };
    },
  });

beforeEach(async () => {
  asked = [];
  stage = new NodeStage({ driver: listening() });
  await stage.connected(alice);
});

const write = (id: string, from = BOB): void => stage.provider.write(alice, { from, text: id, providerMessageId: id });
const told = (): readonly (string | null)[] => stage.told.map(({ providerMessageId }) => providerMessageId);
const ids = (count: number, prefix = 'i'): readonly string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}${i}`);
const heard = () => stage.messages.inboxTable.position(alice).heardUntil;
/** Its session dies, things happen, and it is back. */
const away = async (meanwhile: () => void): Promise<void> => {
  stage.provider.drop(alice, 'browser_gone');
  await stage.clock.settle();
  meanwhile();
  await stage.clock.advance(10_000);
  expect(stage.state(alice)).toBe('CONNECTED.online');
};

describe('what came in while nobody listened', () => {
  it('at the first connection is left where it is: an account begins then', async () => {
    expect(asked).toEqual([]);
    expect(heard()).not.toBeNull();
  });

  it('is asked for at each return, and stored once, also when the provider tells it by itself', async () => {
    await away(() => ids(3).forEach((id) => write(id)));
    expect(asked).toHaveLength(1);
    expect(told()).toEqual(ids(3));
  });

  it('is found when the provider keeps it back', async () => {
    stage.provider.setFaults(alice, { keepsNewsBack: true });
    await away(() => ids(3).forEach((id) => write(id)));
    expect(told()).toEqual(ids(3));
    await away(() => write('later'));
    expect(told()).toEqual([...ids(3), 'later']);
  });

  it('is brought by pages when it is much, from several chats', async () => {
    stage.provider.setFaults(alice, { keepsNewsBack: true });
    await away(() => {
      for (const id of ids(1_300, 'b')) write(id, BOB);
      for (const id of ids(1_300, 'c')) write(id, CAROL);
    });
    expect(asked.length).toBeGreaterThanOrEqual(2_600 / CATCH_UP_MESSAGES_MAX);
    const of = (letter: string) => told().filter((id) => id?.startsWith(letter));
    expect(of('b')).toEqual(ids(1_300, 'b'));
    expect(of('c')).toEqual(ids(1_300, 'c'));
  });

  it('is not lost with a process that dies between hearing and storing it', async () => {
    write('before');
    await stage.clock.settle();
    stage.messages.before = (call) => (call === 'receive' ? new Promise(() => undefined) : undefined);
    write('heard');
    await stage.clock.settle();
    expect(told()).toEqual(['before']);
    stage.restart();
    stage.messages.before = () => undefined;
    stage.adopt(alice);
    await stage.accounts.restore(true);
    await stage.clock.advance(10_000);
    expect(told()).toEqual(['before', 'heard']);
  });

  it('is asked for again from the old place when a session ends in the middle of it', async () => {
    stage.provider.setFaults(alice, { keepsNewsBack: true });
    const before = heard();
    let pages = 0;
    stage.messages.before = (call) => {
      if (call === 'receive' && (pages += 1) === 700) stage.provider.drop(alice, 'browser_gone');
    };
    await away(() => ids(2_000).forEach((id) => write(id)));
    await stage.clock.advance(10_000);
    expect(told()).toEqual(ids(2_000));
    expect(heard()).toBeGreaterThan(before!);
  });

  it('is tried again after a page without an answer, and at the next connection', async () => {
    let answers = 1;
    stage = new NodeStage({ driver: listening(() => (answers += 1) % 2 === 1) });
    await stage.connected(alice);
    stage.provider.setFaults(alice, { keepsNewsBack: true });
    await away(() => write('missed'));
    await stage.clock.advance(CATCH_UP_RETRY_MS);
    expect(told()).toEqual(['missed']);
  });

  it('goes on later when it was cut off though the session stays', async () => {
    let isSilent = true;
    stage = new NodeStage({ driver: listening(() => !isSilent) });
    await stage.connected(alice);
    stage.provider.setFaults(alice, { keepsNewsBack: true });
    await away(() => write('missed'));
    await stage.clock.advance(CATCH_UP_TRIES_MAX * CATCH_UP_RETRY_MS);
    expect(told()).toEqual([]);
    isSilent = false;
    await stage.clock.advance(CATCH_UP_AGAIN_MS);
    expect(told()).toEqual(['missed']);
    const stopped = stage.accounts.stop();
    await stage.clock.advance(60_000);
    await stopped;
    expect(stage.clock.pending).toBe(0);
  });

  it('does not hold up what is sent meanwhile', async () => {
    stage = new NodeStage({ driver: listening(() => false) });
    await stage.connected(alice);
    await away(() => stage.messages.accept(alice, 'm1', BOB, stage.clock.now()));
    stage.child(alice).wakeOutbox();
    await stage.clock.advance(1_000);
    expect(stage.messages.statuses()).toMatchObject({ m1: 'delivered' });
  });
});

describe('more than can be written at once', () => {
  it('is told again, none lost, none twice, in its order', async () => {
    for (const id of ids(BURST)) write(id);
    await stage.clock.advance(60_000);
    expect(told()).toEqual(ids(BURST));
    expect(stage.logged).toEqual([]);
  });

  it('is not lost, too, when more comes in all the while', async () => {
    for (const id of ids(MAILBOX_MAX + 500)) write(id);
    for (let round = 0; round < 20; round += 1) {
      await stage.clock.advance(1);
      for (const id of ids(100, `r${round}-`)) write(id);
    }
    await stage.clock.advance(60_000);
    expect(new Set(told()).size).toBe(MAILBOX_MAX + 500 + 2_000);
    expect(told()).toHaveLength(MAILBOX_MAX + 500 + 2_000);
  });

  it('is not lost when the store is away for the whole of it', async () => {
    let isAway = true;
    stage.messages.before = () => {
      if (isAway) throw new Error('away');
    };
    for (const id of ids(BURST)) write(id);
    await stage.clock.advance(120_000);
    isAway = false;
    await stage.clock.advance(120_000);
    expect(told()).toEqual(ids(BURST));
  });
});
