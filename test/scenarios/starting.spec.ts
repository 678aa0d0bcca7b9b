import { afterAll, beforeAll, describe, expect } from 'vitest';
import { waitUntil } from '#libs/client/wait-until';
import { POLL, WAIT } from '#test/support/whatsapp-stage';
import { reasonsIn } from './episode.js';
import { scenariosOf } from './scenario.js';
import { type Person, type ScenarioStage, setScenario } from './scenario-stage.js';

const scenario = scenariosOf('starting');
/** Those that fail by it take as long. Beside many programs a launch that goes well took 6 s. */
const LAUNCH_DEADLINE_MS = 14_000;
/** A launch that fails at its deadline, a back-off, a close and a launch that does not; on a busy machine. */
const HEAL_MS = LAUNCH_DEADLINE_MS + 60_000;
/** A launch that waits for its page so long is seen by whoever looks every 50 ms. */
const SEEN_STARTING_MS = 5_000;

let scene: ScenarioStage<'alice' | 'bob' | 'olga'>;

/** No crash is allowed here: the faults of a site that is away are none, or these accounts would end in FAILED. */
beforeAll(async () => {
  scene = await setScenario(['alice', 'bob', 'olga'], {
    LAUNCH_DEADLINE_MS: String(LAUNCH_DEADLINE_MS),
    RESTARTS_MAX: '0',
  });
});
afterAll(() => scene?.[Symbol.asyncDispose]());

const restart = ({ id }: Person) => scene.stage.client.accounts.restart(id);

describe.concurrent('an account that starts while', () => {
  scenario('the site never answers', async () => {
    const { alice } = scene.cast;
    const { tookMs } = await scene.play(alice, {
      strike: async () => {
        await scene.strikeAt(alice, { name: 'never_answers', times: 1 });
        await restart(alice);
      },
      reason: 'page_unreachable',
      ends: 'CONNECTED.online',
      withinMs: HEAL_MS,
      sessions: 2,
      never: ['QR_READY', 'FAILED'],
    });
    expect(tookMs).toBeGreaterThan(LAUNCH_DEADLINE_MS);
  });

  scenario('the connection is reset', async () => {
    const { alice } = scene.cast;
    const { steps } = await scene.play(alice, {
      strike: async () => {
        await scene.strikeAt(alice, { name: 'connection_reset', times: 4 });
        await restart(alice);
      },
      reason: 'page_unreachable',
      ends: 'CONNECTED.online',
      withinMs: HEAL_MS,
      sessions: 5,
      never: ['QR_READY', 'FAILED'],
    });
    expect(new Set(reasonsIn(steps))).toEqual(new Set(['page_unreachable']));
  });

  scenario('the site answers 500', async () => {
    const { bob } = scene.cast;
    await scene.play(bob, {
      strike: async () => {
        await scene.strikeAt(bob, { name: 'http_500', times: 1 });
        await restart(bob);
      },
      reason: 'page_did_not_boot',
      ends: 'CONNECTED.online',
      withinMs: HEAL_MS,
      sessions: 2,
      never: ['QR_READY', 'FAILED'],
    });
  });

  scenario('the page never boots', async () => {
    const { bob } = scene.cast;
    await scene.play(bob, {
      strike: async () => {
        await scene.strikeAt(bob, { name: 'never_boots', times: 1 });
        await restart(bob);
      },
      reason: 'page_did_not_boot',
      ends: 'CONNECTED.online',
      withinMs: HEAL_MS,
      sessions: 2,
      never: ['QR_READY', 'FAILED'],
    });
  });

  scenario('the socket stays OPENING', async () => {
    const { bob } = scene.cast;
    const { accounts } = scene.stage.client;
    let fault: Awaited<ReturnType<typeof scene.strikeAt>>;
    await scene.play(bob, {
      strike: async () => {
        await accounts.disconnect(bob.id); // an open page would show the state at once
        await waitUntil(
          'rest',
          () => accounts.get(bob.id),
          ({ detail }) => detail === 'DISCONNECTED.idle',
          WAIT,
        );
        fault = await scene.strikeAt(bob, { name: 'state', state: 'OPENING' });
        await accounts.connect(bob.id);
      },
      reason: 'socket_stuck',
      relief: { afterReasons: 1, give: () => fault.remove() },
      ends: 'CONNECTED.online',
      withinMs: HEAL_MS,
      sessions: 2,
      never: ['QR_READY', 'FAILED'],
    });
  });
});

describe('a person’s', () => {
  scenario('disconnect while starting', async () => {
    const { alice } = scene.cast;
    const { accounts } = scene.stage.client;
    await scene.play(alice, {
      strike: async () => {
        // Without it a launch takes half a second, in which nobody may have looked.
        await scene.strikeAt(alice, { name: 'slow', stage: 'page', ms: SEEN_STARTING_MS, times: 1 });
        await restart(alice);
        await waitUntil(
          'the launch',
          () => accounts.get(alice.id),
          ({ detail }) => detail === 'CONNECTING.launching',
          WAIT,
        );
        await accounts.disconnect(alice.id);
      },
      reason: null,
      ends: 'DISCONNECTED.idle',
      withinMs: HEAL_MS,
      sessions: 1,
    });
    await scene.stage.control.clearFaults();
    expect(scene.stage.browserOf(alice.id)).toEqual([]);
  });

  scenario('connect twice', async () => {
    const { alice } = scene.cast;
    const { accounts } = scene.stage.client;
    await scene.play(alice, {
      strike: () => Promise.all(Array.from({ length: 3 }, () => accounts.connect(alice.id))),
      reason: null,
      ends: 'CONNECTED.online',
      withinMs: HEAL_MS,
      sessions: 1,
    });
  });
});

scenario('the browser is missing', async () => {
  const { alice } = scene.cast;
  await scene.stage.runtime.stop();
  await scene.stage.startAgain({ CHROMIUM_PATH: '/nowhere/chromium' });
  const { accounts } = scene.stage.client;
  const failed = await accounts.untilStatus(alice.id, 'FAILED', WAIT);
  expect(failed.reason).toMatchObject({ code: 'browser_missing', class: 'normal', who: 'operator' });
  expect(failed.reason!.message).toMatch(/Install chromium.*\/nowhere\/chromium/);
  expect(failed.restarts).toEqual({ count: 0, nextAttemptAt: null });

  await scene.stage.runtime.stop();
  await scene.stage.startAgain({ CHROMIUM_PATH: process.env['CHROMIUM_PATH'] ?? '' });
  await scene.stage.client.accounts.connect(alice.id);
  await expect
    .poll(async () => (await scene.stage.client.accounts.get(alice.id)).detail, POLL)
    .toBe('CONNECTED.online');
  expect((await scene.stage.stepsAfter(alice.id, 0)).at(-1)).toMatchObject({ to: 'CONNECTED.online' });
});
