import { describe, expect, it } from 'vitest';
import { ACCOUNT_DEADLINES } from '#libs/account/account.context';
import type { AccountEvent } from '#libs/account/account.events';
import { revive } from '#libs/account/account.snapshot';
import { DEAD_LETTERS_KEPT_MAX } from '#libs/contracts/limits';
import { createDeadLetters } from '#libs/supervisor/dead-letters';
import { createVirtualClock } from '#test/support/virtual-clock';
import { createAccountLogic } from './account-logic.js';
import type { AccountMail } from './account-mail.js';
import { CommitLoop, type CommitLoopWorld, type DeadLetterReason } from './commit-loop.js';
import { type OwnedAccount, StaleEpochError } from './ports.js';

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
  const loop = new CommitLoop(owned, revive(null, clock.now()).snapshot, {
    clock,
    logic: createAccountLogic(ACCOUNT_DEADLINES),
    recorder: { record, accepting: () => true, prime: () => undefined, forget: () => undefined },
    deadLetters,
    onCommitted: () => undefined,
    onLost: () => void ends.push('lost'),
    onCrash: () => void ends.push('crashed'),
    ...other,
  });
  return { loop, ends, deadLetters, clock };
}

const connect: AccountMail = { kind: 'command', type: 'account.connect' };

describe('whoever asks the commit loop', () => {
  it('hears what came of it once it is committed', async () => {
    const { loop } = loopWith(() => Promise.resolve());
    const outcome = await loop.ask(connect);
    expect(outcome?.after.value).toEqual({ CONNECTING: 'queued' });
  });

  it.each([
    ['crashed', new Error('a bug')],
    ['lost', new StaleEpochError('alice')],
  ])('hears null when the loop has %s on the way: a start must not wait for it for ever', async (end, error) => {
    const { loop, ends } = loopWith(() => Promise.reject(error));
    expect(await loop.ask(connect)).toBeNull();
    expect(ends).toEqual([end]);
  });

  it('hears null when the loop is closed before the commit has ended', async () => {
    let commit: () => void = () => undefined;
    const { loop } = loopWith(() => new Promise((resolve) => (commit = resolve)));
    const asked = loop.ask(connect);
    await Promise.resolve();
    await Promise.resolve();
    const closed = loop.close();
    commit();
    await closed;
    expect(await asked).toBeNull();
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
    const logic = createAccountLogic(ACCOUNT_DEADLINES);
    const { loop, ends, deadLetters, clock } = loopWith(() => Promise.resolve(void done.push('committed')), {
      onCommitted: () => void done.push('carried out'),
      logic: {
        start(snapshot) {
          const actor = logic.start(snapshot);
          const broken = (event: AccountEvent): AccountEvent => ({
            ...event,
            get at(): number {
              throw new Error('an action');
            },
          });
          return { ...actor, step: (event) => actor.step(broken(event)) };
        },
      },
    });
    expect(await loop.ask({ ...connect })).toBeNull();
    await clock.settle();
    expect(ends).toEqual(['crashed']);
    expect(done).toEqual([]);
    expect(deadLetters.countByReason()).toEqual({ broke_the_actor: 1 });
  });
});
