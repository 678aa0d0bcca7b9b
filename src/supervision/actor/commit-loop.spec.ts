import { describe, expect, it } from 'vitest';
import { ACCOUNT_DEADLINES } from '#libs/account/account.context';
import type { AccountEvent } from '#libs/account/account.events';
import { type AccountSnapshot, revive } from '#libs/account/account.snapshot';
import { DEAD_LETTERS_KEPT_MAX } from '#libs/contracts/limits/runtime';
import { ACTOR_CRASHES_BY_MESSAGE_MAX } from '#libs/contracts/limits/sessions';
import { createDeadLetters } from '#libs/supervisor/dead-letters';
import { createQuarantine } from '#libs/supervisor/quarantine';
import { createVirtualClock } from '#test/support/virtual-clock';
import { type AccountLogic, createAccountLogic } from './account-logic.js';
import type { AccountMail } from './account-mail.js';
import { Inspections } from './inspections.js';
import { CommitLoop, type CommitLoopWorld, type DeadLetterReason } from './commit-loop.js';
import { type OwnedAccount, StaleEpochError } from '../ports.js';

const owned: OwnedAccount = {
  accountId: 'alice',
  provider: 'simulated',
  settings: {},
  epoch: 1,
  snapshot: null,
  transitionSeq: 0,
  enteredAt: 0,
  outboxEmpty: false,
};

/** A loop whose commits end as `record` says; tells how the loop itself ended. */
function loopWith(record: () => Promise<void>, other: Partial<CommitLoopWorld> = {}) {
  const clock = createVirtualClock();
  const ends: string[] = [];
  const deadLetters = createDeadLetters<AccountMail, DeadLetterReason>({ keptMax: DEAD_LETTERS_KEPT_MAX });
  const loop = new CommitLoop(owned, revive(null, clock.now()), {
    clock,
    logic: createAccountLogic(ACCOUNT_DEADLINES),
    recorder: { record, accepting: () => true, prime: () => undefined, forget: () => undefined },
    deadLetters,
    quarantine: createQuarantine({ crashesMax: ACTOR_CRASHES_BY_MESSAGE_MAX, keptMax: 10 }),
    inspections: new Inspections(() => clock.now()),
    onCommitted: () => undefined,
    onLost: () => void ends.push('lost'),
    onCrash: () => void ends.push('crashed'),
    ...other,
  });
  return { loop, ends, deadLetters, clock };
}

const STOPPED = { ok: false, why: 'actor_stopped' };
const connect: AccountMail = { kind: 'command', type: 'account.connect' };

describe('whoever asks the commit loop', () => {
  it('hears what came of it once it is committed', async () => {
    const { loop } = loopWith(() => Promise.resolve());
    const outcome = await loop.ask(connect);
    expect(outcome).toMatchObject({ ok: true, after: { value: { CONNECTING: 'queued' } } });
  });

  it.each([
    ['crashed', new Error('a bug')],
    ['lost', new StaleEpochError('alice')],
  ])('hears it when the loop has %s on the way: a start must not wait for it for ever', async (end, error) => {
    const { loop, ends } = loopWith(() => Promise.reject(error));
    expect(await loop.ask({ ...connect })).toEqual(STOPPED);
    expect(ends).toEqual([end]);
  });

  it('hears it when the loop is closed before the commit has ended', async () => {
    let commit: () => void = () => undefined;
    const { loop } = loopWith(() => new Promise((resolve) => (commit = resolve)));
    const asked = loop.ask(connect);
    await Promise.resolve();
    await Promise.resolve();
    const closed = loop.close();
    commit();
    await closed;
    expect(await asked).toEqual(STOPPED);
  });
});

describe('what the commit loop says of its end', () => {
  it('is nothing when the recorder closes under a commit that a stop no longer waits for', async () => {
    let refuse: (error: Error) => void = () => undefined;
    const { loop, ends } = loopWith(() => new Promise((_, reject) => (refuse = reject)));
    void loop.ask(connect);
    await Promise.resolve();
    await Promise.resolve();
    const closed = loop.close();
    refuse(new Error('the recorder is closed'));
    await closed;
    expect(ends).toEqual([]);
  });

  it('is a crash when the machine breaks in a step, of which nothing is committed or carried out', async () => {
    const done: string[] = [];
    const { loop, ends, deadLetters, clock } = loopWith(() => Promise.resolve(void done.push('committed')), {
      onCommitted: () => void done.push('carried out'),
      logic: breaksOn('account.connect'),
    });
    const disconnect: AccountMail = { kind: 'command', type: 'account.disconnect' };
    const heard = await Promise.all([loop.ask({ ...connect }), loop.ask(disconnect)]);
    expect(heard.map((outcome) => !outcome.ok && outcome.why)).toEqual(['broke_the_actor', 'actor_stopped']);
    await clock.settle();
    expect(ends).toEqual(['crashed']);
    expect(done).toEqual([]);
    expect(deadLetters.countByReason(), 'what came with it reached nobody either').toEqual({
      broke_the_actor: 1,
      actor_stopped: 1,
    });
  });
});

it('an action that throws shows in the snapshot of the step, and ends no process', () => {
  const actor = createAccountLogic(ACCOUNT_DEADLINES).start(revive(null, 0).snapshot);
  const event = {
    type: 'account.connect',
    get at(): number {
      throw new Error('an action');
    },
  } as const;
  expect(actor.step(event).snapshot).toMatchObject({ status: 'error', error: new Error('an action') });
});

describe('a message that breaks the actor', () => {
  const world = {
    logic: breaksOn('account.connect'),
    quarantine: createQuarantine({ crashesMax: 3, keptMax: 10 }),
    deadLetters: createDeadLetters<AccountMail, DeadLetterReason>({ keptMax: DEAD_LETTERS_KEPT_MAX }),
  };
  const nextLife = (more: Partial<CommitLoopWorld> = {}) => loopWith(() => Promise.resolve(), { ...world, ...more });
  const why = async (loop: CommitLoop, mail: AccountMail): Promise<unknown> => {
    const outcome = await loop.ask({ ...mail });
    return outcome.ok ? 'taken' : outcome.why;
  };

  it('for the third time is refused from then on, and the actor goes on', async () => {
    expect(await why(nextLife().loop, connect)).toBe('broke_the_actor');
    expect(await why(nextLife().loop, connect)).toBe('broke_the_actor');
    expect(await why(nextLife().loop, connect)).toBe('quarantined');
    const { loop, ends } = nextLife();
    expect(await why(loop, connect)).toBe('quarantined');
    expect(await why(loop, { kind: 'command', type: 'account.disconnect' })).toBe('taken');
    expect(ends).toEqual([]);
    expect(world.deadLetters.countByReason()).toEqual({ broke_the_actor: 2, quarantined: 2 });
  });

  it('is known by what it says, whichever session says it; another one is not', async () => {
    const fact = (reason: 'page_hung' | 'page_closed'): AccountMail => {
      return { kind: 'fact', incarnation: 0, fact: { type: 'driver.degraded', reason, detail: `${reason}!` } };
    };
    const more = { logic: breaksOn('driver.degraded'), quarantine: createQuarantine({ crashesMax: 2, keptMax: 10 }) };
    expect(await why(nextLife(more).loop, fact('page_hung'))).toBe('broke_the_actor');
    expect(await why(nextLife(more).loop, fact('page_closed'))).toBe('broke_the_actor');
    expect(await why(nextLife(more).loop, fact('page_hung'))).toBe('quarantined');
  });

  it('has all its tries again once it went through', async () => {
    const more = { quarantine: createQuarantine({ crashesMax: 2, keptMax: 10 }) };
    const broken = { ...more, logic: breaksOn('account.restart') };
    const well = { ...more, logic: createAccountLogic(ACCOUNT_DEADLINES) };
    const restart: AccountMail = { kind: 'command', type: 'account.restart' };
    expect(await why(nextLife(broken).loop, restart)).toBe('broke_the_actor');
    expect(await why(nextLife(well).loop, restart)).toBe('taken');
    expect(await why(nextLife(broken).loop, restart)).toBe('broke_the_actor');
  });

  it.each(['account.restore', 'account.disconnect', 'account.logout'] as const)(
    'is never put aside when nothing else can take its place: %s',
    async (type) => {
      const more = { logic: breaksOn(type), quarantine: createQuarantine({ crashesMax: 1, keptMax: 10 }) };
      for (let life = 1; life <= 3; life += 1) {
        const { loop, ends } = nextLife(more);
        expect(await why(loop, { kind: 'command', type })).toBe('broke_the_actor');
        expect(ends).toEqual(['crashed']);
      }
    },
  );
});

/** The machine as it is, but for one event that it can't bear: as XState says it, by a snapshot with status `error`. */
function breaksOn(type: AccountEvent['type']): AccountLogic {
  const logic = createAccountLogic(ACCOUNT_DEADLINES);
  return {
    ...logic,
    start(snapshot) {
      const actor = logic.start(snapshot);
      const broken = { ...snapshot, status: 'error', error: new Error('an action') } as unknown as AccountSnapshot;
      return {
        snapshot: () => actor.snapshot(),
        step: (event) => (event.type === type ? { snapshot: broken, orders: [] } : actor.step(event)),
        stop: () => actor.stop(),
      };
    },
  };
}
