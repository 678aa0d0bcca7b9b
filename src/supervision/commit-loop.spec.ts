import { describe, expect, it } from 'vitest';
import { ACCOUNT_DEADLINES } from '#libs/account/account.context';
import { revive } from '#libs/account/account.snapshot';
import { DEAD_LETTERS_KEPT_MAX } from '#libs/contracts/limits';
import { createDeadLetters } from '#libs/supervisor/dead-letters';
import { createVirtualClock } from '#test/support/virtual-clock';
import { createAccountLogic } from './account-logic.js';
import type { AccountMail } from './account-mail.js';
import { CommitLoop, type DeadLetterReason } from './commit-loop.js';
import { type OwnedAccount, StaleEpochError } from './ports.js';

const owned: OwnedAccount = {
  accountId: 'alice',
  provider: 'simulated',
  settings: {},
  epoch: 1,
  snapshot: null,
  transitionSeq: 0,
  enteredAt: 0,
};

/** A loop whose commits end as `record` says; tells how the loop itself ended. */
function loopWith(record: () => Promise<void>) {
  const clock = createVirtualClock();
  const ends: string[] = [];
  const loop = new CommitLoop(owned, revive(null, clock.now()).snapshot, {
    clock,
    logic: createAccountLogic(ACCOUNT_DEADLINES),
    recorder: { record, accepting: () => true, prime: () => undefined, forget: () => undefined },
    deadLetters: createDeadLetters<AccountMail, DeadLetterReason>({ keptMax: DEAD_LETTERS_KEPT_MAX }),
    onCommitted: () => undefined,
    onLost: () => void ends.push('lost'),
    onCrash: () => void ends.push('crashed'),
  });
  return { loop, ends };
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
