import { afterAll, beforeAll, expect } from 'vitest';
import { waitUntil } from '#libs/client/wait-until';
import { isAlive } from '#libs/processes/process-identity';
import { readProcess } from '#libs/processes/process-table';
import { nameOf, WAIT } from '#test/support/whatsapp-stage';
import { scenariosOf } from './scenario.js';
import { type ScenarioStage, setScenario } from './scenario-stage.js';

const scenario = scenariosOf('processes');
/** Two heartbeats; and one more, and what a busy machine adds, until the end of a host is seen. */
const HEARTBEAT_MISSING_MS_MAX = 6_500;
const HANG_FOUND_MS_MAX = HEARTBEAT_MISSING_MS_MAX + 8_000;
/** A Ctrl-C reaches a process group, and npm passes it on: two signals within this time are one wish. */
const SIGNAL_ECHO_MS_MAX = 500;

let scene: ScenarioStage<'alice' | 'bob'>;

beforeAll(async () => {
  scene = await setScenario(['alice', 'bob'], {
    ENGINE_HEARTBEAT_MISSING_MS_MAX: String(HEARTBEAT_MISSING_MS_MAX),
  });
});
afterAll(() => scene?.[Symbol.asyncDispose]());

scenario('an engine host hangs', async () => {
  const { alice } = scene.cast;
  const host = readProcess(scene.stage.browserOf(alice.id)[0]!.parentPid)!;
  await scene.play(alice, {
    strike: () => process.kill(host.pid, 'SIGSTOP'),
    reason: 'engine_gone',
    leavesWithinMs: HANG_FOUND_MS_MAX,
    ends: 'CONNECTED.online',
    withinMs: HANG_FOUND_MS_MAX + 30_000,
    sessions: 1,
    never: ['QR_READY', 'FAILED'],
  });
  expect(isAlive(host)).toBe(false);
});

scenario('SIGTERM twice', async () => {
  const { stage } = scene;
  const before = stage.processes();
  const frozen = stage.browserOf(scene.cast.bob.id)[0]!;
  process.kill(-frozen.groupId, 'SIGSTOP'); // it would take the closing to its deadline
  const stopped = stage.runtime.stop();
  const { time } = await stage.runtime.sawLine(({ msg }) => msg === 'stopping');
  await waitUntil(
    'the moment in which a second signal is an echo of the first to pass',
    async () => Date.now() - Date.parse(time as string),
    (ms) => ms > SIGNAL_ECHO_MS_MAX,
    WAIT,
  );
  const hurriedAt = performance.now();
  process.kill(stage.runtime.pid, 'SIGTERM');
  await stopped;
  expect(performance.now() - hurriedAt).toBeLessThan(5_000);
  expect(before.filter(isAlive).map(nameOf)).toEqual([]);
  expect(stage.strays()).toEqual([]);
  expect(await stage.profileLocks()).toEqual([]);

  await stage.startAgain();
  for (const { id } of [scene.cast.alice, scene.cast.bob]) {
    const seq = (await stage.stepsAfter(id, 0)).findLastIndex(({ event }) => event === 'account.restore');
    await stage.client.accounts.untilConnected(id, WAIT);
    expect((await stage.stepsAfter(id, seq)).map(({ to }) => to)).not.toContain('QR_READY');
  }
});
