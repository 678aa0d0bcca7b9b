import { describe, expect, it } from 'vitest';
import { BACKOFF_RESET_AFTER_MS, CONFLICT_WAIT_MS } from '#libs/contracts/limits/sessions';
import type { AccountSnapshot } from './account.snapshot.js';
import { revive, store } from './account.snapshot.js';
import { connect, down, launched, paired, probed, qr, ready, START, story } from '#test/support/account-story';
import type { Untimed } from '#test/support/account-story';

const broken: Untimed = { type: 'driver.broken', reason: 'conflict' };
const gone = down('conflict');
const retry: Untimed[] = [{ type: 'deadline.backoff' }, launched[1]!];
const backUp: Untimed[] = [...retry, { type: 'driver.scanned' }, ready, probed];
const LATER = START + 100_000;

/** A later life of the runtime reads what an earlier one wrote. */
const reborn = (snapshot: AccountSnapshot): AccountSnapshot =>
  revive(JSON.parse(JSON.stringify(store(snapshot))), LATER).snapshot;

describe('an account that was opened in another place', () => {
  it.each([
    ['says so and closes', [broken, gone]],
    ['is gone at once', [gone]],
  ])('and %s: waits, so as not to fight over it, and shows until when', (_, ends) => {
    const { state, view, context } = story([...paired, ...ends]);
    expect(state).toBe('CONNECTING.backingOff');
    const at = START + paired.length + ends.length - 1 + CONFLICT_WAIT_MS;
    expect(context.deadline).toEqual({ name: 'backoff', at });
    expect(view).toMatchObject({
      desired: 'CONNECTED',
      reason: { code: 'conflict' },
      restarts: { count: 1, nextAttemptAt: at },
    });
  });

  it('is tried once more, and fails when it is taken away again', () => {
    expect(story([...paired, broken, gone, ...backUp]).state).toBe('CONNECTED.online');
    const ways = [[broken, gone], [gone]];
    for (const first of ways) {
      for (const second of ways) {
        const { state, view } = story([...paired, ...first, ...backUp, ...second]);
        expect(state).toBe('FAILED.idle');
        expect(view).toMatchObject({ desired: 'CONNECTED', reason: { code: 'conflict' } });
      }
    }
    expect(story([...paired, broken, gone, ...retry, broken]).state).toBe('FAILED.closing');
  });

  it('gets no other try by a crash in between', () => {
    const crashed: Untimed = down('browser_gone', {
      do: 'restart',
      at: START,
      history: { crashedAt: [START], attempt: 1 },
    });
    expect(story([...paired, broken, gone, ...backUp, crashed, ...backUp, gone]).state).toBe('FAILED.idle');
  });

  it.each([
    ['while it waits', [{ type: 'account.connect' }, launched[1]!]],
    ['after it has failed', [...backUp, gone, ...launched]],
    ['by a restart', [...backUp, { type: 'account.restart' }, down('stopped'), launched[1]!]],
  ] as [string, Untimed[]][])('is forgiven by a person, %s', (_, asks) => {
    expect(story([...paired, broken, gone, ...asks, { type: 'driver.scanned' }, ready, probed, gone]).state).toBe(
      'CONNECTING.backingOff',
    );
  });

  it('is forgiven by a connection that holds, to the millisecond', () => {
    const second = story([...paired, broken, gone, ...backUp]);
    const since = second.context.healthySince!;
    expect(story([gone], second.snapshot, since + BACKOFF_RESET_AFTER_MS - 1).state).toBe('FAILED.idle');
    expect(story([gone], second.snapshot, since + BACKOFF_RESET_AFTER_MS).state).toBe('CONNECTING.backingOff');
  });

  it('is forgiven by a connection that held, also when something else ended it', () => {
    const second = story([...paired, broken, gone, ...backUp]);
    const restart: Untimed[] = [{ type: 'account.recycle' }, down('recycled'), launched[1]!];
    const endedAt = (at: number) =>
      story([...restart, { type: 'driver.scanned' }, ready, probed, gone], second.snapshot, at);
    expect(endedAt(second.context.healthySince! + BACKOFF_RESET_AFTER_MS).state).toBe('CONNECTING.backingOff');
    expect(endedAt(second.context.healthySince! + 1_000).state).toBe('FAILED.idle');
  });
});

describe('a process that dies', () => {
  const restore: Untimed = { type: 'account.restore' };

  it('while the account waits: it goes on waiting until the same moment, and then has one try', () => {
    const waiting = story([...paired, broken, gone]);
    const after = story([restore], reborn(waiting.snapshot), LATER);
    expect(after.context.deadline).toEqual(waiting.context.deadline);
    expect(story([restore, ...backUp, gone], reborn(waiting.snapshot), LATER).state).toBe('FAILED.idle');
  });

  it('while the old session goes: the wait begins then, and there is one try', () => {
    const closing = story([...paired, broken]);
    const after = story([restore], reborn(closing.snapshot), LATER);
    expect([after.state, after.context.deadline]).toEqual([
      'CONNECTING.backingOff',
      { name: 'backoff', at: LATER + CONFLICT_WAIT_MS },
    ]);
    expect(story([restore, ...backUp, gone], reborn(closing.snapshot), LATER).state).toBe('FAILED.idle');
  });

  it('while the second try is up: it forgives nothing, however long it was gone', () => {
    const second = reborn(story([...paired, broken, gone, ...backUp]).snapshot);
    const again: Untimed[] = [restore, launched[1]!, { type: 'driver.scanned' }, ready, probed, gone];
    expect(story(again, second, START + BACKOFF_RESET_AFTER_MS + LATER).state).toBe('FAILED.idle');
  });
});

it('whoever is pairing for the first time has his second try with a code', () => {
  const { state, context } = story([connect, launched[1]!, qr(1), gone, ...retry, qr(1)]);
  expect([state, context.launchedBy]).toEqual(['QR_READY', 'person']);
});
