import { describe, expect, it } from 'vitest';
import {
  BACKOFF_MS_MAX,
  BRAKE_PAUSE_MS_MAX,
  DEGRADED_DEADLINE_MS,
  LAUNCH_QUEUE_WAIT_MS_MAX,
} from '#libs/contracts/limits/sessions';
import { REASONS } from '#libs/contracts/reasons';
import { FleetStage } from '#test/support/fleet-stage';

const MINUTE = 60_000;

/** The network of all is away, for so long that their sessions are being replaced. */
async function cutNetwork(stage: FleetStage, forMs: number): Promise<void> {
  stage.provider.setReachable(false);
  await stage.clock.advance(forMs);
}

function dropSome(stage: FleetStage, count: number): void {
  for (const id of stage.ids.slice(0, count)) stage.provider.drop(id, 'engine_gone');
}

const brakes = (stage: FleetStage) => stage.brakeNotes.map(({ type }) => type);

describe('S20 fifty accounts without a network', () => {
  it.each([4 * MINUTE, 10 * MINUTE, 12.2 * MINUTE, 25 * MINUTE])(
    'for %i ms are not launched again and again, and all are back within the longest back-off and 10 s',
    async (awayMs) => {
      const stage = new FleetStage(50);
      await stage.connectAll();
      const since = stage.clock.now();
      await cutNetwork(stage, awayMs);
      const scoutingMs = awayMs - DEGRADED_DEADLINE_MS;
      // Scouts: six while the pause grows, one in each longest pause.
      expect(stage.launchesSince(since)).toBeLessThanOrEqual(6 + Math.ceil(scoutingMs / BRAKE_PAUSE_MS_MAX));
      expect(stage.launchesSince(since)).toBeGreaterThan(scoutingMs / BRAKE_PAUSE_MS_MAX);
      expect(stage.accounts.brakes()).toMatchObject([{ provider: 'simulated', on: true }]);

      stage.provider.setReachable(true);
      expect(await stage.untilAllConnected(BACKOFF_MS_MAX + 10_000)).toBeLessThanOrEqual(BACKOFF_MS_MAX + 10_000);
      expect(brakes(stage)).toEqual(['brake_on', 'brake_off']);
      expect(stage.brakeNotes[1]).toMatchObject({ why: 'connected' });
      expect(stage.recorder.entries.every(({ state }) => state.status !== 'FAILED')).toBe(true);
    },
  );

  it('when it is away at the start of the runtime: each tries once, brake or not, then scouts do', async () => {
    const stage = new FleetStage(50, 3);
    await stage.connectAll();
    stage.provider.setReachable(false);
    stage.restart();
    const since = stage.clock.now();
    for (const id of stage.ids) stage.adopt(id);
    await stage.accounts.restore(true);
    await stage.clock.advance(2_000);
    const tried = stage.launches.filter(({ at }) => at >= since).map(({ accountId }) => accountId);
    expect(new Set(tried)).toEqual(new Set(stage.ids));
    expect(brakes(stage)).toEqual(['brake_on']);
    await stage.clock.advance(10 * MINUTE - 3_000);
    expect(stage.launchesSince(since)).toBeLessThanOrEqual(50 + 6 + Math.ceil((10 * MINUTE) / BRAKE_PAUSE_MS_MAX));
    stage.provider.setReachable(true);
    await stage.untilAllConnected(BACKOFF_MS_MAX + 10_000);
  });

  it('wait in the queue no longer than its deadline, which says what led there, and never ends in FAILED', async () => {
    const stage = new FleetStage(50);
    await stage.connectAll();
    await cutNetwork(stage, DEGRADED_DEADLINE_MS + 5_000);
    await stage.clock.advance(LAUNCH_QUEUE_WAIT_MS_MAX);
    const late = stage.ids.filter((id) =>
      stage.recorder.history(id).includes('deadline.queue → CONNECTING.backingOff'),
    );
    expect(late.length).toBeGreaterThan(20);
    const shown = new Set(stage.ids.map((id) => stage.recorder.states.get(id)?.reason?.code));
    expect(
      [...shown].every((code) => code && REASONS[code].class === 'outage'),
      [...shown].join(),
    ).toBe(true);
    expect(shown).not.toContain('launch_queue_full');
    expect(stage.recorder.entries.every(({ state }) => state.status !== 'FAILED')).toBe(true);
    expect(stage.accounts.brakes()).toMatchObject([{ on: true }]);
  });
});

describe('S20 the end of an engine host', () => {
  it('takes eight of ten along: the first is launched as soon as ever, the others when it is connected', async () => {
    const stage = new FleetStage(10, 3);
    await stage.connectAll({ launchMs: 1_000, readyMs: 1_000 });
    const since = stage.clock.now();
    dropSome(stage, 8);
    await stage.clock.advance(1_000);
    expect(stage.launchesSince(since)).toBe(1);
    // Back-off, the scout's launch and sync, the launches of seven by three, the last one's sync.
    expect(1_000 + (await stage.untilAllConnected(60_000))).toBeLessThanOrEqual(
      1_000 + 2_000 + 3 * 1_000 + 1_000 + 100,
    );
    expect(brakes(stage)).toEqual(['brake_on', 'brake_off']);
    expect(stage.brakeNotes[1]).toMatchObject({ scouts: 1, held: 7 });
  });
});

describe('S20 the brake leaves alone', () => {
  it('the faults of single accounts', async () => {
    const stage = new FleetStage(10);
    await stage.connectAll();
    for (let crash = 0; crash < 5; crash += 1) {
      dropSome(stage, 2);
      await stage.clock.advance(30_000);
      expect(stage.down()).toEqual([]);
    }
    expect(stage.brakeNotes).toEqual([]);
  });

  it('what persons end and begin: all restarted, all disconnected, all connected', async () => {
    const stage = new FleetStage(10);
    await stage.connectAll();
    for (const name of ['restart', 'disconnect', 'connect'] as const) {
      for (const id of stage.ids) await stage.command(id, name);
      await stage.clock.advance(2_000);
    }
    expect(stage.down()).toEqual([]);
    expect(stage.brakeNotes).toEqual([]);
  });

  it('a start of the runtime: all are launched at once', async () => {
    const stage = new FleetStage(50, 100);
    await stage.connectAll();
    dropSome(stage, 50);
    stage.restart();
    for (const id of stage.ids) stage.adopt(id);
    const since = stage.clock.now();
    await stage.accounts.restore(true);
    await stage.clock.settle();
    expect(stage.launchesSince(since)).toBe(50);
  });

  it('while it is on, a person’s connect and restart, and a new account', async () => {
    const stage = new FleetStage(10);
    await stage.connectAll();
    await cutNetwork(stage, 5 * MINUTE);
    const since = stage.clock.now();
    expect(stage.state('a8')).toBe('CONNECTING.queued');
    expect(stage.state('a9')).toBe('CONNECTING.queued');
    await stage.command('a8', 'restart');
    await stage.command('a9', 'disconnect');
    await stage.command('a9', 'connect');
    stage.adopt('new');
    await stage.command('new', 'connect');
    const launched = stage.launches.filter(({ at }) => at === since).map(({ accountId }) => accountId);
    expect(launched).toEqual(['a8', 'a9', 'new']);
  });

  it('lets all go when a person’s account connects: that is as good as a scout', async () => {
    const stage = new FleetStage(10);
    await stage.connectAll();
    await cutNetwork(stage, 5 * MINUTE);
    stage.provider.setReachable(true);
    await stage.command('a9', 'restart');
    await stage.clock.advance(1_000);
    expect(brakes(stage)).toEqual(['brake_on', 'brake_off']);
  });
});

describe('S20 a scout blocks nobody', () => {
  it('when it is stuck: the next one goes after the longest pause, and its success lets the others go', async () => {
    const stage = new FleetStage(10);
    await stage.connectAll();
    stage.provider.setFaults('a0', { silentStart: true });
    dropSome(stage, 10);
    await stage.clock.advance(1_000 + BRAKE_PAUSE_MS_MAX + 1_000);
    expect(stage.down()).toEqual(['a0']);
    expect(stage.brakeNotes[1]).toMatchObject({ type: 'brake_off', scouts: 2, held: 8 });
  });

  it.each([
    ['a person disconnects it', async (stage: FleetStage) => void (await stage.command('a0', 'disconnect'))],
    ['its login is no longer valid', (stage: FleetStage) => stage.provider.ban('a0')],
  ])('when %s: the next one goes at once', async (_what, end) => {
    const stage = new FleetStage(10);
    await stage.connectAll({ launchMs: 1_000 });
    dropSome(stage, 10);
    await stage.clock.advance(1_500);
    expect(stage.state('a0')).toBe('CONNECTING.launching');
    await end(stage);
    await stage.clock.advance(3_000);
    expect(stage.down()).toEqual(['a0']);
  });

  it('leaves no timer, nor anybody launching, when the runtime stops', async () => {
    const stage = new FleetStage(10);
    await stage.connectAll();
    await cutNetwork(stage, 5 * MINUTE);
    const since = stage.clock.now();
    const stopped = stage.accounts.stop();
    await stage.clock.advance(0);
    await stopped;
    await stage.provider.close();
    expect(stage.clock.pending).toBe(0);
    expect(stage.launchesSince(since)).toBe(0);
  });
});

describe('S20 the brake without anything to hold', () => {
  it('goes off by itself, when all that fell were disconnected by a person', async () => {
    const stage = new FleetStage(10);
    await stage.connectAll();
    await cutNetwork(stage, 5 * MINUTE);
    for (const id of stage.ids) await stage.command(id, 'disconnect');
    await stage.clock.advance(3 * MINUTE);
    expect(stage.brakeNotes.at(-1)).toMatchObject({ type: 'brake_off', why: 'quiet', held: 0 });
    expect(stage.accounts.brakes()).toEqual([{ provider: 'simulated', on: false, held: 0, failed: 0 }]);
  });
});
