import { beforeEach, describe, expect, it } from 'vitest';
import { type RecordedLife, replay } from '#libs/account/account.replay';
import { STEPS_BETWEEN_STARTS } from '#libs/account/account.record';
import { NodeStage } from '#test/support/node-stage';

const alice = 'alice';
let stage: NodeStage;
beforeEach(() => void (stage = new NodeStage()));

/** As the store has it: text. */
function lifeOf(accountId: string): RecordedLife {
  const own = stage.recorder.entries.filter((entry) => entry.accountId === accountId);
  const steps = own.flatMap(({ epoch, transitions }) =>
    transitions.map((step) => ({ ...step, epoch, input: step.input })),
  );
  const [step, last] = [steps.at(-1), own.at(-1)];
  return { steps, end: step && last ? { seq: step.seq, stored: last.snapshot } : null };
}

const nextLife = async (): Promise<void> => {
  stage.restart();
  stage.adopt(alice);
  await stage.accounts.settle(true);
  await stage.accounts.restore(true);
  await stage.clock.advance(5_000);
};

describe('the recorded history of an account', () => {
  it('leads to what is stored of it, over deaths in the middle of what made no step', async () => {
    await stage.connected(alice);
    stage.provider.degrade(alice);
    await stage.clock.settle();
    stage.reportOf(alice)({ type: 'driver.degraded', reason: 'provider_timeout', detail: 'said again' });
    await stage.clock.settle();
    expect(stage.recorder.entries.at(-1)!.transitions).toEqual([]);
    expect(replay(lifeOf(alice))).toMatchObject({ reachedEnd: true, differences: [] });
    await nextLife();
    expect(stage.state(alice)).toBe('CONNECTED.online');
    expect(replay(lifeOf(alice))).toMatchObject({ firstSeq: 1, reachedEnd: true, differences: [] });
  });

  it('leads on from what another machine has left: an actor that was given up, a store that was unreadable', async () => {
    await stage.connected(alice);
    const entries = stage.recorder.entries;
    entries.push({ ...entries.at(-1)!, transitions: [], snapshot: 'nothing that anybody can read' });
    await nextLife();
    await stage.command(alice, 'connect');
    await stage.clock.advance(5_000);
    expect(replay(lifeOf(alice))).toMatchObject({ firstSeq: 1, reachedEnd: true, differences: [] });
  });

  it('that began before steps could be replayed is replayed from where they can, and nothing is guessed', async () => {
    await stage.connected(alice);
    const old = stage.recorder.entries.map((entry) => {
      const { pending: _, ...snapshot } = entry.snapshot as { pending: unknown };
      return { ...entry, snapshot, transitions: entry.transitions.map((step) => ({ ...step, input: null as never })) };
    });
    stage.recorder.entries.splice(0, old.length, ...old);
    const steps = lifeOf(alice).steps.length;
    expect(replay(lifeOf(alice))).toMatchObject({ firstSeq: null, replayed: 0, reachedEnd: false, differences: [] });
    await nextLife();
    expect(replay(lifeOf(alice))).toMatchObject({ firstSeq: steps + 1, reachedEnd: true, differences: [] });
  });

  it('that is long can be begun in the middle', async () => {
    await stage.connected(alice);
    for (let times = 0; times < 20; times += 1) {
      await stage.command(alice, 'restart');
      await stage.clock.advance(3_000);
    }
    const { steps, end } = lifeOf(alice);
    expect(steps.length).toBeGreaterThan(STEPS_BETWEEN_STARTS + 10);
    expect(replay({ steps, end })).toMatchObject({ firstSeq: 1, reachedEnd: true, differences: [] });
    expect(replay({ steps: steps.slice(50), end })).toMatchObject({
      firstSeq: STEPS_BETWEEN_STARTS,
      reachedEnd: true,
      differences: [],
    });
    const withGap = steps.filter(({ seq }) => seq !== 20);
    expect(replay({ steps: withGap, end })).toMatchObject({ reachedEnd: true, differences: [] });
  });
});
