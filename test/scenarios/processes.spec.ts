import { afterAll, beforeAll, expect } from 'vitest';
import { isAlive } from '#libs/processes/process-identity';
import { readProcess } from '#libs/processes/process-table';
import { scenariosOf } from './scenario.js';
import { type ScenarioStage, setScenario } from './scenario-stage.js';

const scenario = scenariosOf('processes');
/** Two heartbeats; and one more, and what a busy machine adds, until the end of a host is seen. */
const HEARTBEAT_MISSING_MS_MAX = 6_500;
const HANG_FOUND_MS_MAX = HEARTBEAT_MISSING_MS_MAX + 8_000;

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
    withinMs: HANG_FOUND_MS_MAX + 60_000,
    sessions: 1,
    never: ['QR_READY', 'FAILED'],
  });
  expect(isAlive(host)).toBe(false);
});
