import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ProcessEntry } from '#libs/processes/process-entry';
import { untilNothingLeft } from '#test/support/nothing-left';
import { setStage, WAIT, type WhatsappStage } from '#test/support/whatsapp-stage';

const ACCOUNTS = 10;
/** The bar for a stop of ten accounts. */
const STOP_MS_MAX = 10_000;
/** The bar for a stop that a second signal hurries. */
const HURRIED_MS_MAX = 3_000;
/** A second Ctrl-C that comes sooner is taken for the echo of the first. */
const SECOND_SIGNAL_AFTER_MS = 350;

let stage: WhatsappStage;
let ids: readonly string[];

beforeAll(async () => {
  stage = await setStage();
  ids = await Promise.all(Array.from({ length: ACCOUNTS }, (_, n) => stage.create(`account ${n}`)));
  await Promise.all(ids.map((id, n) => stage.pair(id, `+4917000000${10 + n}`)));
});
afterAll(async () => stage[Symbol.asyncDispose]());

async function allRestored(): Promise<void> {
  const before = await Promise.all(ids.map((id) => stage.lastSeq(id)));
  for (const [n, id] of ids.entries()) {
    await stage.client.accounts.untilConnected(id, WAIT);
    const steps = await stage.stepsAfter(id, before[n]!);
    expect(steps.map(({ to }) => to)).not.toContain('QR_READY');
  }
}

async function expectNothingLeft(started: readonly ProcessEntry[]): Promise<void> {
  expect(started.length).toBeGreaterThan(3 * ACCOUNTS);
  await untilNothingLeft(stage, started);
}

it('ten accounts that were paired just now stop within 10 s, and leave neither process nor lock', async () => {
  const started = stage.processes();
  const began = performance.now();
  expect(await stage.runtime.stop()).toBe(0);
  const tookMs = performance.now() - began;
  await expectNothingLeft(started);
  expect(tookMs).toBeLessThan(STOP_MS_MAX);
  await stage.startAgain();
  await allRestored();
});

it('a second signal ends all of them at once, verified, within 3 s', async () => {
  const started = stage.processes();
  const { runtime } = stage;
  // Else they may be gone before a second signal counts, and it would strike a process that has nothing left to do.
  for (const id of ids) process.kill(-stage.browserOf(id)[0]!.groupId, 'SIGSTOP');
  const began = performance.now();
  const stopped = runtime.stop();
  await runtime.sawLine(({ msg }) => msg === 'stopping');
  await once(AbortSignal.timeout(SECOND_SIGNAL_AFTER_MS), 'abort');
  process.kill(runtime.pid, 'SIGTERM');
  expect(await stopped).toBe(0);
  const tookMs = performance.now() - began;
  await expectNothingLeft(started);
  expect(tookMs).toBeLessThan(HURRIED_MS_MAX);
});
