import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DISCARD_LOGIN_MS_MAX, RELEASE_RETRY_MS } from '#libs/contracts/limits/runtime';
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

describe('the release of a deleted account', () => {
  it('ends its login and its session, and drops its actor', async () => {
    await stage.connected(alice);
    const released = stage.accounts.release(alice);
    await stage.clock.advance(1_000);
    expect(await released).toMatchObject({ ok: true });
    expect(stage.accounts.find(alice)).toBeNull();
    expect(stage.provider.pairedPhone(alice)).toBeNull();
    expect(stage.provider.liveSessions()).toBe(0);
  });

  it('goes on when the store is back', async () => {
    await stage.connected(alice);
    stage.recorder.hold();
    const released = stage.accounts.release(alice);
    await stage.clock.advance(60_000);
    expect(stage.provider.isLive(alice)).toBe(true);
    stage.recorder.release();
    await stage.clock.advance(60_000);
    expect(await released).toMatchObject({ ok: true });
    expect(stage.provider.liveSessions()).toBe(0);
  });

  it('tells the store of its end until that is heard', async () => {
    await stage.connected(alice);
    let failures = 2;
    const disown = (): Promise<void> => ((failures -= 1) >= 0 ? Promise.reject(new Error('away')) : Promise.resolve());
    const released = stage.accounts.release(alice, disown);
    await stage.clock.advance(3 * RELEASE_RETRY_MS);
    expect(await released).toMatchObject({ ok: true });
    expect(failures).toBe(-1);
  });

  it('tries again to move the login aside', async () => {
    let failures = 2;
    stage = new NodeStage({
      driver: (driver) => ({
        ...driver,
        discardLogin: (id) => ((failures -= 1) >= 0 ? Promise.reject(new Error('disk')) : driver.discardLogin(id)),
      }),
    });
    await stage.connected(alice);
    const released = stage.accounts.release(alice);
    await stage.clock.advance(3 * (CLOSE_DEADLINE_MS + KILL_DEADLINE_MS + DISCARD_LOGIN_MS_MAX));
    expect(await released).toMatchObject({ ok: true });
    expect(failures).toBe(-1);
  });

  it('moves the login aside also when its actor was given up, and tries that again', async () => {
    let failures = 2;
    stage = new NodeStage({
      driver: (driver) => ({
        ...driver,
        discardLogin: (id) => ((failures -= 1) >= 0 ? Promise.reject(new Error('disk')) : driver.discardLogin(id)),
      }),
    });
    await stage.connected(alice);
    breakActor(stage, ACTOR_RESTARTS_MAX + 1);
    stage.provider.degrade(alice);
    await stage.clock.advance(30_000);
    expect(stage.accounts.find(alice)).toBeNull();
    expect(stage.provider.pairedPhone(alice)).not.toBeNull();
    const released = stage.accounts.release(alice);
    await stage.clock.advance(3 * RELEASE_RETRY_MS);
    expect(await released).toMatchObject({ ok: true });
    expect(failures).toBe(-1);
    expect(stage.provider.pairedPhone(alice)).toBeNull();
    expect(stage.clock.pending).toBe(0);
  });

  it('is left for the next start when the runtime stops', async () => {
    await stage.connected(alice);
    stage.provider.setFaults(alice, { hangOnClose: true, swallowAnswers: true });
    const released = stage.accounts.release(alice);
    await stage.clock.settle();
    const stopped = stage.accounts.stop();
    await stage.clock.advance(CLOSE_DEADLINE_MS + KILL_DEADLINE_MS);
    await stopped;
    expect(await released).toMatchObject({ ok: false, why: 'shutting_down' });
  });
});
