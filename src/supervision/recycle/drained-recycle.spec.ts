import { beforeEach, describe, expect, it } from 'vitest';
import { RECYCLE_DRAIN_MS_MAX } from '#libs/contracts/limits/machines';
import { COMMAND_ANSWER_MS_MAX } from '#libs/contracts/limits/runtime';
import { BOB, NodeStage } from '#test/support/node-stage';
import type { RecycleOutcome } from './drained-recycle.js';

const alice = 'alice';
let stage: NodeStage;

beforeEach(async () => {
  stage = new NodeStage();
  await stage.connected(alice, { ackMs: 5_000 });
});

function send(...ids: string[]): void {
  for (const id of ids) stage.messages.accept(alice, id, BOB, stage.clock.now());
  stage.child(alice).wakeOutbox();
}

/** Asks for it, and lets time pass. */
async function recycle(forMs: number): Promise<RecycleOutcome | 'still under way'> {
  let outcome: RecycleOutcome | 'still under way' = 'still under way';
  void stage
    .child(alice)
    .recycle()
    .then((word) => (outcome = word));
  await stage.clock.advance(forMs);
  return outcome;
}
const sessions = (): number => stage.child(alice).session?.incarnation ?? 0;
const repeated = (): number => stage.provider.messages.arrivals - stage.provider.messages.all().length;

/** Whatever has happened: the outbox is not held back any more. */
async function sendsAgain(): Promise<void> {
  send('the next');
  await stage.clock.advance(20_000);
  expect(stage.state(alice)).toBe('CONNECTED.online');
  expect(stage.messages.row('the next').status).toBe('delivered');
}

describe('an account whose browser is replaced', () => {
  it('has a new one at once when nothing is under way, and counts it neither as a crash nor as a restart', async () => {
    expect(await recycle(0)).toBe('recycled');
    await stage.clock.advance(2_000);
    expect([stage.state(alice), sessions()]).toEqual(['CONNECTED.online', 2]);
    expect(stage.recorder.states.get(alice)?.restarts).toEqual({ count: 0, nextAttemptAt: null });
    expect(stage.recorder.history(alice).slice(-6)).toEqual([
      'account.recycle → CONNECTING.closing',
      'session.down → CONNECTING.queued',
      'launch.granted → CONNECTING.launching',
      'driver.scanned → AUTHENTICATING.syncing',
      'driver.ready → AUTHENTICATING.verifying',
      'driver.probed → CONNECTED.online',
    ]);
    const step = stage.recorder.entries.flatMap(({ transitions }) => transitions);
    expect(step.find(({ event }) => event === 'account.recycle')?.cause).toBe('recycled');
    await sendsAgain();
  });

  it('waits for the message that is under way; those behind it go out by the new one, once', async () => {
    send('m1', 'm2');
    await stage.clock.advance(10);
    expect(await recycle(2_000)).toBe('still under way');
    expect(stage.state(alice)).toBe('CONNECTED.online');
    for (let ms = 0; stage.state(alice) === 'CONNECTED.online' && ms < 4_000; ms += 1) await stage.clock.advance(1);
    expect(stage.recorder.history(alice).join()).toContain('account.recycle');
    expect(stage.messages.statuses()).toEqual({ m1: 'delivered', m2: 'queued' });
    await stage.clock.advance(10_000);
    expect(stage.messages.statuses()).toEqual({ m1: 'delivered', m2: 'delivered' });
    expect([sessions(), repeated()]).toEqual([2, 0]);
  });

  it('keeps its session when what is under way does not come to its end in time', async () => {
    stage.messages.before = (call) => {
      if (call === 'claim') throw new Error('away');
    };
    send('m1');
    await stage.clock.advance(10);
    expect(await recycle(RECYCLE_DRAIN_MS_MAX)).toBe('busy');
    expect(sessions()).toBe(1);
    stage.messages.before = () => undefined;
    await stage.clock.advance(30_000);
    await sendsAgain();
    expect(sessions()).toBe(1);
  });

  it('is not held with those that fell, when many have', async () => {
    const fallen = ['b', 'c', 'd'];
    for (const id of fallen) await stage.connected(id, {});
    for (const id of fallen) {
      stage.provider.setFaults(id, { waitsOn: 'site' });
      stage.provider.drop(id, 'page_unreachable');
    }
    await stage.clock.advance(1_500);
    expect(stage.brakeNotes.map(({ type }) => type)).toEqual(['brake_on']);
    expect(await recycle(1_000)).toBe('recycled');
    expect([stage.state(alice), sessions()]).toEqual(['CONNECTED.online', 2]);
  });

  it('is asked once at a time, and only while it is online', async () => {
    send('m1');
    await stage.clock.advance(10);
    const first = recycle(1_000);
    expect(await recycle(0)).toBe('busy');
    expect(await first).toBe('still under way');
    stage.provider.degrade(alice);
    await stage.clock.settle();
    expect(await recycle(0)).toBe('not_connected');
    stage.provider.recover(alice);
    await sendsAgain();
  });
});

describe('what comes between leaves nothing held back:', () => {
  const drained = async (): Promise<RecycleOutcome | 'still under way'> => {
    send('m1', 'm2');
    await stage.clock.advance(10);
    return recycle(1_000);
  };

  it.each([
    ['a crash', () => void stage.provider.drop(alice, 'browser_gone')],
    ['a session that breaks', () => void stage.provider.breakDown(alice, 'page_hung', 500)],
    [
      'the network',
      () => (
        stage.provider.setReachable(false),
        stage.clock.setTimeout(() => stage.provider.setReachable(true), 5_000)
      ),
    ],
    ['a restart by a person', () => void stage.command(alice, 'restart')],
  ])('%s', async (_, happens) => {
    const outcome = drained();
    await stage.clock.advance(500);
    happens();
    await outcome;
    await sendsAgain();
    expect(stage.recorder.history(alice).join()).not.toContain('account.recycle');
    expect(repeated()).toBe(0);
  });

  it('a disconnect, which is obeyed', async () => {
    expect(await drained()).toBe('still under way');
    await stage.command(alice, 'disconnect');
    await stage.clock.advance(5_000);
    expect(stage.state(alice)).toBe('DISCONNECTED.idle');
    await stage.command(alice, 'connect');
    await sendsAgain();
  });

  it('a store that is lost: it is said to be busy, and done when the store is back', async () => {
    const outcome = drained();
    await stage.clock.advance(500);
    stage.recorder.hold();
    await outcome;
    expect(await recycle(0)).toBe('busy');
    await stage.clock.advance(5_000 + COMMAND_ANSWER_MS_MAX);
    expect(stage.messages.statuses()).toMatchObject({ m1: 'delivered', m2: 'queued' });
    expect(sessions()).toBe(1);
    stage.recorder.release();
    await sendsAgain();
    expect([sessions(), stage.messages.row('m2').status]).toEqual([2, 'delivered']);
  });

  it('an actor that breaks on it', async () => {
    const record = stage.recorder.record.bind(stage.recorder);
    stage.recorder.record = (entry) => {
      stage.recorder.record = record;
      return Promise.reject(new Error(`a bug at ${entry.transitions[0]?.event}`));
    };
    expect(await recycle(5_000)).toBe('not_connected');
    await sendsAgain();
  });

  it('a stop of the runtime, which waits for none of it', async () => {
    void drained();
    await stage.clock.advance(500);
    const stopped = stage.accounts.stop();
    await stage.clock.advance(1_000);
    await stopped;
    await stage.provider.close();
    expect(stage.clock.pending).toBe(0);
  });
});
