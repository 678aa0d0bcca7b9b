import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ACTOR_RESTARTS_MAX, CLOSE_DEADLINE_MS, KILL_DEADLINE_MS } from '#libs/contracts/limits/sessions';
import { breakActor } from '#test/support/break-actor';
import { NodeStage } from '#test/support/node-stage';

const alice = 'alice';
let stage: NodeStage;

beforeEach(() => {
  stage = new NodeStage();
});

afterEach(() => {
  expect(stage.provider.overlaps, 'two sessions of one account lived at once').toBe(0);
});

describe('an actor that breaks', () => {
  it('comes back from its last commit, under a new session, and the old one is gone first', async () => {
    await stage.connected(alice);
    await stage.connected('bob');
    breakActor(stage, 1);
    stage.provider.degrade(alice);
    await stage.clock.settle();
    expect(stage.provider.isLive(alice)).toBe(true); // being closed
    await stage.clock.advance(5_000);
    expect(stage.state(alice)).toBe('CONNECTED.online');
    expect(stage.recorder.history(alice)).toContain('account.restore → CONNECTING.queued');
    expect(stage.child('bob').asStored).toMatchObject({ transitionSeq: stage.recorder.history('bob').length });
    expect(stage.recorder.history('bob').filter((step) => step.startsWith('account.'))).toHaveLength(1);
  });

  it('waits for a session that can’t be ended no longer than its limits; its successor opens no second one, and says so', async () => {
    stage = new NodeStage({
      driver: (driver) => ({
        ...driver,
        open: (opening, report) => {
          const session = driver.open(opening, report);
          return { ask: (name, question) => session.ask(name, question), kill: () => new Promise(() => undefined) };
        },
      }),
    });
    await stage.connected(alice);
    stage.provider.setFaults(alice, { hangOnClose: true });
    breakActor(stage, 1);
    stage.provider.degrade(alice);
    await stage.clock.advance(CLOSE_DEADLINE_MS + KILL_DEADLINE_MS + 5_000);
    expect(stage.recorder.states.get(alice)).toMatchObject({ status: 'FAILED', reason: { code: 'not_closed' } });
  });

  it('too often is FAILED for all to see, and waits for a person', async () => {
    await stage.connected(alice);
    breakActor(stage, ACTOR_RESTARTS_MAX + 1);
    stage.provider.degrade(alice);
    await stage.clock.advance(30_000);
    expect(stage.recorder.states.get(alice)).toMatchObject({ status: 'FAILED', reason: { code: 'actor_failed' } });
    expect(stage.accounts.find(alice)).toBeNull();
    expect(stage.recorder.history(alice).at(-1)).toBe('actor.gave_up → FAILED.idle');

    stage.adopt(alice);
    await stage.command(alice, 'connect');
    await stage.clock.advance(5_000);
    expect(stage.state(alice)).toBe('CONNECTED.online');
  });

  it('leaves no timer behind when the runtime stops before it is back', async () => {
    await stage.connected(alice);
    breakActor(stage, 1);
    stage.provider.degrade(alice);
    await stage.clock.advance(100);
    const stopped = stage.accounts.stop();
    await stage.clock.advance(0);
    await stopped;
    expect(stage.clock.pending).toBe(0);
  });
});

it('an account that another owner has taken ends here, with its session, and nothing more is written for it', async () => {
  await stage.connected(alice);
  const written = stage.recorder.entries.length;
  stage.recorder.taken.add(alice);
  stage.provider.degrade(alice);
  await stage.clock.advance(1_000);
  expect(stage.accounts.find(alice)).toBeNull();
  expect(stage.state(alice)).toBeUndefined();
  expect(stage.provider.liveSessions()).toBe(0);
  await stage.clock.advance(600_000);
  expect(stage.recorder.entries).toHaveLength(written);
});
