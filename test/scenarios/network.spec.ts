import { afterAll, beforeAll, describe, expect } from 'vitest';
import { POLL, WAIT } from '#test/support/whatsapp-stage';
import { reasonsIn } from './episode.js';
import { scenariosOf } from './scenario.js';
import { type Person, type ScenarioStage, setScenario, trashedLogins } from './scenario-stage.js';

const scenario = scenariosOf('network');
/** In it a line that was down for a moment must be up again, on a busy machine, too. */
const DEGRADED_DEADLINE_MS = 6_000;
const PROVIDER_TIMEOUT_DEADLINE_MS = 1_500;
/** The time held is the difference of two moments in whole milliseconds: it may come out one too few. */
const CLOCK_ROUNDING_MS = 1;
const CONFLICT_WAIT_MS = 1_500;
const BACKOFF_MS_MAX = 1_000;
const HEAL_MS = 60_000;
const stranger = '+491700000009';

let scene: ScenarioStage<'alice' | 'bob' | 'olga'>;

/** No crash is allowed here: an outage is none, or these accounts would end in FAILED. */
beforeAll(async () => {
  scene = await setScenario(['alice', 'bob', 'olga'], {
    DEGRADED_DEADLINE_MS: String(DEGRADED_DEADLINE_MS),
    PROVIDER_TIMEOUT_DEADLINE_MS: String(PROVIDER_TIMEOUT_DEADLINE_MS),
    CONFLICT_WAIT_MS: String(CONFLICT_WAIT_MS),
    BACKOFF_MS_MAX: String(BACKOFF_MS_MAX),
    RESTARTS_MAX: '0',
  });
});
afterAll(() => scene?.[Symbol.asyncDispose]());

const viewOf = ({ id }: Person) => scene.stage.client.accounts.get(id);
type Struck = Awaited<ReturnType<typeof scene.strikeAt>>;

const trashOf = (who: Person) => trashedLogins(scene.stage, who);

/** Back to where the next story begins. */
async function comesBack(who: Person, how: 'by its login' | 'by a new code'): Promise<void> {
  await scene.play(who, {
    strike: async () => {
      await scene.stage.client.accounts.connect(who.id);
      if (how === 'by a new code') await scene.stage.scan(who.id, who.number);
    },
    reason: null,
    ends: 'CONNECTED.online',
    withinMs: HEAL_MS,
    sessions: 1,
  });
}

describe.concurrent('a connected account', () => {
  scenario('the socket drops and comes back', async () => {
    const { alice } = scene.cast;
    const { messages } = scene.stage.client;
    let down: Struck;
    let messageId = '';
    const { steps } = await scene.play(alice, {
      strike: async () => {
        down = await scene.strikeAt(alice, { name: 'socket_down' });
      },
      reason: 'network_unreachable',
      relief: {
        afterReasons: 1,
        give: async () => {
          const sent = await messages.send(alice.id, { to: stranger, text: 'while the socket is down' });
          messageId = sent.id;
          expect(sent.status).toBe('queued');
          await down.remove();
        },
      },
      ends: 'CONNECTED.online',
      withinMs: HEAL_MS,
      sessions: 0,
    });
    expect(steps.map(({ to }) => to)).toEqual(['CONNECTED.degraded', 'CONNECTED.online']);
    await messages.untilStatus(messageId, ['delivered'], WAIT);
    const accepted = await scene.stage.control.journal({ kind: 'message.accepted' });
    expect(accepted.filter(({ text }) => text === 'while the socket is down')).toHaveLength(1);
  });

  scenario('the network is gone for good', async () => {
    const { bob } = scene.cast;
    let cut: Struck;
    let backAt = 0;
    const { steps } = await scene.play(bob, {
      strike: async () => {
        cut = await scene.strikeAt(bob, { name: 'network_cut' });
      },
      reason: 'network_unreachable',
      relief: {
        afterReasons: 10,
        give: async () => {
          backAt = performance.now();
          await cut.remove();
        },
      },
      ends: 'CONNECTED.online',
      withinMs: 120_000,
      never: ['QR_READY', 'FAILED'],
    });
    expect(performance.now() - backAt).toBeLessThan(BACKOFF_MS_MAX + 10_000);
    expect(new Set(reasonsIn(steps))).toEqual(new Set(['network_unreachable', 'page_unreachable']));
    expect((await viewOf(bob)).restarts.count).toBeGreaterThan(3);
  });

  scenario('TIMEOUT', async () => {
    const { alice } = scene.cast;
    let fault: Struck;
    const { steps } = await scene.play(alice, {
      strike: async () => {
        fault = await scene.strikeAt(alice, { name: 'state', state: 'TIMEOUT' });
      },
      reason: 'provider_timeout',
      relief: { afterReasons: 2, give: () => fault.remove() },
      ends: 'CONNECTED.online',
      withinMs: HEAL_MS,
      never: ['QR_READY', 'FAILED'],
    });
    expect(steps.slice(0, 2).map(({ to }) => to)).toEqual(['CONNECTED.degraded', 'CONNECTING.closing']);
    expect(new Set(reasonsIn(steps))).toEqual(new Set(['provider_timeout']));
    expect(steps[1]!.heldMs).toBeGreaterThanOrEqual(PROVIDER_TIMEOUT_DEADLINE_MS - CLOCK_ROUNDING_MS);
    expect(steps[1]!.heldMs).toBeLessThan(DEGRADED_DEADLINE_MS);
  });

  scenario('CONFLICT that passes', async () => {
    const { alice } = scene.cast;
    let fault: Struck;
    const { tookMs } = await scene.play(alice, {
      strike: async () => {
        fault = await scene.strikeAt(alice, { name: 'state', state: 'CONFLICT' });
      },
      reason: 'conflict',
      relief: { afterReasons: 1, give: () => fault.remove() },
      ends: 'CONNECTED.online',
      withinMs: HEAL_MS,
      sessions: 1,
      never: ['QR_READY', 'FAILED'],
    });
    expect(tookMs).toBeGreaterThan(CONFLICT_WAIT_MS);
  });

  scenario('CONFLICT', async () => {
    const { bob } = scene.cast;
    let fault: Struck;
    await scene.play(bob, {
      strike: async () => {
        fault = await scene.strikeAt(bob, { name: 'state', state: 'CONFLICT' });
      },
      reason: 'conflict',
      ends: 'FAILED.idle',
      withinMs: HEAL_MS,
      sessions: 1,
      never: ['QR_READY'],
    });
    expect(await viewOf(bob)).toMatchObject({ desired: 'CONNECTED', reason: { code: 'conflict', who: 'phone' } });
    await fault!.remove();
    await comesBack(bob, 'by its login');
  });
});

describe('an account that the provider ends', () => {
  scenario('PROXYBLOCK', async () => {
    const { bob } = scene.cast;
    let fault: Struck;
    await scene.play(bob, {
      strike: async () => {
        fault = await scene.strikeAt(bob, { name: 'state', state: 'PROXYBLOCK' });
      },
      reason: 'blocked',
      ends: 'FAILED.idle',
      withinMs: HEAL_MS,
      sessions: 0,
      never: ['CONNECTING'],
    });
    expect(await viewOf(bob)).toMatchObject({ reason: { retryable: false, who: 'phone' } });
    await fault!.remove();
    await comesBack(bob, 'by its login');
  });

  scenario('logged out on the phone, the page navigates', () => isLoggedOut(scene.cast.alice, 'navigate'));
  scenario('logged out on the phone, state UNPAIRED', () => isLoggedOut(scene.cast.bob, 'unpaired'));

  async function isLoggedOut(who: Person, mode: 'navigate' | 'unpaired'): Promise<void> {
    const aside = await trashOf(who);
    await scene.play(who, {
      strike: () => scene.stage.control.logout({ number: who.number, mode }),
      reason: 'logged_out',
      ends: 'DISCONNECTED.idle',
      withinMs: HEAL_MS,
      sessions: 0,
      never: ['QR_READY', 'CONNECTING'],
    });
    expect(await viewOf(who)).toMatchObject({ desired: 'DISCONNECTED', reason: { code: 'logged_out', who: 'phone' } });
    await expect.poll(() => trashOf(who), POLL).toHaveLength(aside.length + 1);
    await comesBack(who, 'by a new code');
  }
});
