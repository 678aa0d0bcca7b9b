import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ACTOR_RESTARTS_MAX, BACKOFF_MS_MAX, CLOSE_DEADLINE_MS, RESTARTS_MAX } from '#libs/contracts/limits/sessions';
import { FleetStage } from '#test/support/fleet-stage';

const ONE = 'a42';
let stage: FleetStage;

beforeEach(async () => {
  stage = new FleetStage(100);
  await stage.connectAll();
});

/** All that is known of the 99: what they did, which session they have, and how often one was opened. */
const others = () =>
  stage.ids
    .filter((id) => id !== ONE)
    .map((id) => ({
      id,
      steps: stage.recorder.history(id).length,
      incarnation: stage.child(id).session?.incarnation,
      opened: stage.launches.filter(({ accountId }) => accountId === id).length,
      actors: stage.notes.filter(({ supervisor, ref }) => supervisor === 'accounts' && ref.id === id).length,
    }));

/** What happens to the one must not be seen by any other. */
let before: ReturnType<typeof others>;
beforeEach(() => {
  before = others();
  expect(before).toHaveLength(99);
  expect(before[0]).toMatchObject({ incarnation: 1, opened: 1, actors: 1 });
});
afterEach(() => {
  expect(others()).toEqual(before);
  expect(stage.provider.overlaps).toBe(0);
});

describe('S11 of a hundred accounts, 99 keep their session, their actor and their history', () => {
  it('when one crashes until it gives up', async () => {
    for (let crash = 0; crash <= RESTARTS_MAX; crash += 1) {
      stage.provider.drop(ONE, 'browser_gone');
      await stage.clock.advance(BACKOFF_MS_MAX);
    }
    expect(stage.recorder.states.get(ONE)).toMatchObject({ status: 'FAILED', reason: { code: 'browser_gone' } });
    expect(stage.notes.filter(({ type }) => type === 'gave_up')).toMatchObject([{ ref: { id: ONE } }]);
  });

  it('when one’s actor breaks until it is left down', async () => {
    const record = stage.recorder.record.bind(stage.recorder);
    stage.recorder.record = (entry) =>
      entry.accountId === ONE && entry.transitions.every(({ event }) => event !== 'actor.gave_up')
        ? Promise.reject(new Error('a bug'))
        : record(entry);
    stage.provider.degrade(ONE);
    await stage.clock.advance(120_000);
    expect(stage.recorder.states.get(ONE)).toMatchObject({ status: 'FAILED', reason: { code: 'actor_failed' } });
    expect(stage.notes.filter(({ type }) => type === 'restart_scheduled')).toHaveLength(ACTOR_RESTARTS_MAX);
  });

  it('when one is stuck at every stage of its life', async () => {
    for (const faults of [
      { silentStart: true },
      { neverReady: true },
      { hangOnClose: true },
      { swallowAnswers: true },
    ]) {
      stage.provider.setFaults(ONE, faults);
      stage.provider.drop(ONE, 'page_crashed');
      await stage.clock.advance(150_000);
    }
    expect(stage.state(ONE)).not.toBe('CONNECTED.online');
  });
});

describe('S10 an actor that fails', () => {
  it('has its session ended before anybody hears of it, also one that must be ended by force', async () => {
    stage.provider.setFaults(ONE, { hangOnClose: true });
    const record = stage.recorder.record.bind(stage.recorder);
    let broken = false;
    stage.recorder.record = (entry) => {
      if (entry.accountId !== ONE || broken) return record(entry);
      broken = true;
      return Promise.reject(new Error('a bug'));
    };
    const noted = stage.notes.length;
    stage.provider.degrade(ONE);
    await stage.clock.advance(CLOSE_DEADLINE_MS - 1);
    expect(stage.provider.isLive(ONE)).toBe(true);
    await stage.clock.advance(1);
    expect(stage.provider.isLive(ONE)).toBe(false);
    const told = stage.notes.slice(noted).filter(({ ref }) => ref.id === ONE);
    expect(told.map(({ supervisor, type }) => `${supervisor} ${type}`)).toEqual([
      ...['sessions stop_asked', 'sessions killed', 'sessions exited'],
      ...['accounts exited', 'accounts restart_scheduled'],
    ]);
    await stage.clock.advance(10_000);
  });
});

describe('S23 the normal end of an account’s session', () => {
  it('ends all that lived for it: logged out on the phone, nothing of it runs, and nothing restarts it', async () => {
    const pending = stage.clock.pending;
    expect(stage.provider.logOutOnPhone(ONE)).toBe(true);
    await stage.clock.advance(3_600_000);
    expect(stage.recorder.states.get(ONE)).toMatchObject({ status: 'DISCONNECTED', reason: { code: 'logged_out' } });
    expect(stage.provider.isLive(ONE)).toBe(false);
    expect(stage.child(ONE).session).toBeNull();
    expect(stage.launches.filter(({ accountId }) => accountId === ONE)).toHaveLength(1);
    expect(stage.clock.pending, 'timers').toBeLessThanOrEqual(pending);
  });
});
