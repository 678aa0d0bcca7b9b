import { describe, expect, it } from 'vitest';
import { RELEASE_RETRY_MS } from '#libs/contracts/limits/runtime';
import { ACTOR_RESTARTS_MAX, CLOSE_DEADLINE_MS } from '#libs/contracts/limits/sessions';
import { NO_FAULTS, type SimulatedFaults } from '#libs/drivers/simulated/faults';
import { NodeStage, type StageOptions } from '#test/support/node-stage';

const alice = 'alice';
const warnings = (stage: NodeStage): readonly string[] =>
  stage.logged.filter((text) => text.includes('list the device'));
const reasonOf = (stage: NodeStage): string | undefined => stage.recorder.states.get(alice)?.reason?.code;
const lastStep = (stage: NodeStage) => stage.recorder.entries.flatMap(({ transitions }) => transitions).at(-1);

async function connected(options: StageOptions = {}): Promise<NodeStage> {
  const stage = new NodeStage(options);
  await stage.connected(alice);
  return stage;
}

async function loggedOut(stage: NodeStage, faults: Partial<SimulatedFaults> = {}): Promise<void> {
  stage.provider.setFaults(alice, faults);
  await stage.command(alice, 'logout');
  await stage.clock.advance(CLOSE_DEADLINE_MS + 1_000);
  stage.provider.setFaults(alice, NO_FAULTS);
  expect(stage.state(alice)).toBe('DISCONNECTED.idle');
}

describe('a logout', () => {
  it('that the provider has heard says no more than that it was asked for', async () => {
    const stage = await connected();
    await loggedOut(stage);
    expect([reasonOf(stage), stage.provider.listsDevice(alice), warnings(stage)]).toEqual(['stopped', false, []]);
  });

  it('that was heard is not called unheard because its browser hung afterwards', async () => {
    const stage = await connected();
    await loggedOut(stage, { hangOnClose: true });
    expect([reasonOf(stage), stage.provider.listsDevice(alice), warnings(stage)]).toEqual(['stopped', false, []]);
  });

  it.each<[string, Partial<SimulatedFaults>]>([
    ['is lost on its way', { loseLogouts: true }],
    ['finds nobody who answers, and ends by force', { swallowAnswers: true }],
  ])('that %s says that the device is left: to the person, in the history, in the log', async (_, faults) => {
    const stage = await connected();
    await loggedOut(stage, faults);
    expect([reasonOf(stage), stage.provider.listsDevice(alice)]).toEqual(['login_left', true]);
    expect(lastStep(stage)).toMatchObject({ event: 'session.down', to: 'DISCONNECTED.idle', cause: 'login_left' });
    expect(warnings(stage)).toHaveLength(1);
    expect(stage.provider.pairedPhone(alice), 'the login was moved aside all the same').toBeNull();
  });

  it('during which the runtime dies says so at its next start, and says it once', async () => {
    const stage = await connected();
    stage.provider.setFaults(alice, { swallowAnswers: true });
    await stage.command(alice, 'logout');
    for (let life = 0; life < 2; life += 1) {
      stage.restart();
      stage.adopt(alice);
      await stage.accounts.settle(true);
      await stage.clock.advance(1_000);
      expect(reasonOf(stage)).toBe('login_left');
    }
    expect(warnings(stage)).toHaveLength(1);
  });

  it('of an account at rest says so at once', async () => {
    const stage = await connected();
    await stage.command(alice, 'disconnect');
    await stage.clock.advance(1_000);
    await loggedOut(stage);
    expect(reasonOf(stage)).toBe('login_left');
    expect(lastStep(stage)).toMatchObject({ event: 'account.logout', to: 'DISCONNECTED.idle', cause: 'login_left' });
    await stage.command(alice, 'logout');
    expect(warnings(stage)).toHaveLength(1);
  });
});

describe('a deleted account, which can’t show it any more', () => {
  const isDeleted = async (stage: NodeStage, waitMs = CLOSE_DEADLINE_MS + 1_000): Promise<void> => {
    const released = stage.accounts.release(alice);
    await stage.clock.advance(waitMs);
    expect(await released).toEqual({ ok: true, value: null });
  };

  it('leaves a warning and its history when the provider was not heard', async () => {
    const stage = await connected();
    stage.provider.setFaults(alice, { loseLogouts: true });
    await isDeleted(stage);
    expect(stage.provider.listsDevice(alice)).toBe(true);
    expect(lastStep(stage)).toMatchObject({ cause: 'login_left' });
    expect(warnings(stage)).toHaveLength(1);
  });

  it('is told of once, however often its login can’t be moved aside', async () => {
    let failures = 2;
    const stage = await connected({
      driver: (driver) => ({
        ...driver,
        discardLogin: (id) =>
          failures-- > 0 ? Promise.reject(new Error('the disk is away')) : driver.discardLogin(id),
      }),
    });
    await stage.command(alice, 'disconnect');
    await stage.clock.advance(1_000);
    await isDeleted(stage, 10 * (RELEASE_RETRY_MS + 60_000));
    expect(failures).toBeLessThan(0);
    expect(warnings(stage)).toHaveLength(1);
  });

  it('is told of also when its actor had broken too often to be there', async () => {
    const stage = await connected();
    const record = stage.recorder.record.bind(stage.recorder);
    let bugs = ACTOR_RESTARTS_MAX + 1;
    stage.recorder.record = (entry) => {
      if (entry.transitions.some(({ event }) => event === 'actor.gave_up') || bugs-- <= 0) return record(entry);
      return Promise.reject(new Error('a bug'));
    };
    stage.provider.degrade(alice);
    await stage.clock.advance(30_000);
    expect(stage.accounts.find(alice)).toBeNull();
    await isDeleted(stage);
    expect(warnings(stage)).toHaveLength(1);
  });
});
