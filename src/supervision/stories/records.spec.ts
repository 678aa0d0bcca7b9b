import { describe, expect, it } from 'vitest';
import { BACKOFF_MS_MAX, CLOSE_DEADLINE_MS } from '#libs/contracts/limits/sessions';
import { NodeStage } from '#test/support/node-stage';

const alice = 'alice';

/** Pairing, a crash, a session that must be killed, a person's restart, a death of the process, a logout on the phone. */
async function eventfulLife(): Promise<NodeStage> {
  const stage = new NodeStage();
  await stage.connected(alice);
  stage.provider.drop(alice, 'browser_gone');
  await stage.clock.advance(BACKOFF_MS_MAX);
  stage.provider.setFaults(alice, { hangOnClose: true });
  stage.provider.breakDown(alice, 'page_hung', null);
  await stage.clock.advance(CLOSE_DEADLINE_MS + BACKOFF_MS_MAX);
  stage.provider.setFaults(alice, { hangOnClose: false });
  await stage.command(alice, 'restart');
  await stage.clock.advance(5_000);
  stage.restart();
  stage.adopt(alice);
  await stage.accounts.restore(true);
  await stage.clock.advance(5_000);
  stage.provider.logOutOnPhone(alice);
  await stage.clock.advance(5_000);
  expect(stage.state(alice)).toBe('DISCONNECTED.idle');
  return stage;
}

describe('S24 the record of an account’s life', () => {
  it('has every step once, each beginning where the last one ended, under the epoch of its time', async () => {
    const stage = await eventfulLife();
    const steps = stage.recorder.entries.flatMap(({ epoch, transitions }) =>
      transitions.map((step) => ({ epoch, ...step })),
    );
    expect(steps.map(({ seq }) => seq)).toEqual(steps.map((_, at) => at + 1));
    for (const [at, { from, to, event, epoch }] of steps.entries()) {
      if (at > 0) expect(from, `${event} → ${to}`).toBe(steps[at - 1]!.to);
      expect(epoch).toBeGreaterThanOrEqual(steps[at - 1]?.epoch ?? 1);
    }
    expect(new Set(steps.map(({ epoch }) => epoch))).toEqual(new Set([1, 2]));
    expect(steps.at(-1)!.to).toBe(stage.state(alice));
  });

  it('has every session with its number, and every end of one with its cause', async () => {
    const stage = await eventfulLife();
    const steps = stage.recorder.entries.flatMap(({ transitions }) => transitions);
    const launched = steps.filter(({ to, from }) => to === 'CONNECTING.launching' && from !== to);
    expect(launched.map(({ incarnation }) => incarnation)).toEqual([1, 2, 3, 4, 5]);
    const ends = steps
      .filter(({ event }) => event === 'session.down')
      .map(({ incarnation, cause }) => [incarnation, cause]);
    // The fourth died with the process: that is told by the restore.
    expect(ends).toEqual([
      [1, 'browser_gone'],
      [2, 'page_hung'],
      [3, 'stopped'],
      [5, 'logged_out'],
    ]);
    expect(steps.filter(({ event }) => event === 'account.restore')).toHaveLength(1);
  });

  it('agrees with what the supervisor noted: every start, restart and kill is one of its sessions', async () => {
    const stage = await eventfulLife();
    const noted = (type: string) =>
      stage.notes
        .filter((note) => note.supervisor === 'sessions' && note.type === type)
        .map(({ ref }) => ref.incarnation);
    expect(noted('started')).toEqual([1, 2, 3, 4, 5]);
    expect(noted('restart_scheduled')).toEqual([1, 2]);
    expect(noted('killed')).toEqual([2]);
    const steps = stage.recorder.entries.flatMap(({ transitions }) => transitions);
    expect(steps.filter(({ to, event }) => to === 'CONNECTING.backingOff' && event === 'session.down')).toHaveLength(2);
    expect(steps.filter(({ event }) => event === 'deadline.close').map(({ incarnation }) => incarnation)).toEqual([2]);
  });
});
