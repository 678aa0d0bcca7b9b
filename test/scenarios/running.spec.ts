import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { waitUntil } from '#libs/client/wait-until';
import type { ProcessEntry } from '#libs/processes/process-entry';
import { readProcess } from '#libs/processes/process-table';
import { killExactly, renderersOf, WAIT } from '#test/support/whatsapp-stage';
import type { Ordeal } from './episode.js';
import { scenariosOf } from './scenario.js';
import { type Person, type ScenarioStage, setScenario } from './scenario-stage.js';

const scenario = scenariosOf('running');
const PROBE_EVERY_MS = 1_500;
const PROBE_ANSWER_MS_MAX = 1_000;
/** Two probes in a row, and what a busy machine adds. */
const HANG_FOUND_MS_MAX = 2 * (PROBE_EVERY_MS + PROBE_ANSWER_MS_MAX) + 3_000;
/** It is waited for 0.2 s whether the browser goes, too; the whole took 1.2 s beside thirty programs. */
const CLOSE_FOUND_MS_MAX = 5_000;
/** A browser starts in 1 to 3 s, on a busy machine in ten times that; one that is frozen is ended first, which takes 12 s. */
const HEAL_MS = 60_000;
/** Its `auth timeout` comes 30 s after a page loaded. */
const LIBRARY_GIVES_UP_MS = 31_000;
const stranger = '+491700000009';

let scene: ScenarioStage<'alice' | 'bob' | 'olga'>;

/** All in one engine host: what befalls one of them leaves it, and the others, as they are. */
beforeAll(async () => {
  scene = await setScenario(
    ['alice', 'bob', 'olga'],
    {
      ENGINE_HOST_ACCOUNTS_MAX: '3',
      PROBE_EVERY_MS: String(PROBE_EVERY_MS),
      PROBE_ANSWER_MS_MAX: String(PROBE_ANSWER_MS_MAX),
      CLOSE_DEADLINE_MS: '6000',
      LAUNCH_DEADLINE_MS: '20000',
      DEGRADED_DEADLINE_MS: '12000', // for a page that loads itself again, on a busy machine
      RESTARTS_MAX: '50',
    },
    { flags: ['--remote-debugging-port=0'] },
  );
});
afterAll(() => scene?.[Symbol.asyncDispose]());

const browserOf = ({ id }: Person) => scene.stage.browserOf(id)[0]!;
const deed = ({ number }: Person, order: object) => scene.stage.control.do({ number, ...order } as never);

/** Struck while it is CONNECTED, it comes back in one new session, without a code. */
const heals = (who: Person, ordeal: Pick<Ordeal, 'strike' | 'reason' | 'leavesWithinMs'>) =>
  scene.play(who, {
    ends: 'CONNECTED.online',
    withinMs: HEAL_MS,
    sessions: 1,
    never: ['QR_READY', 'FAILED'],
    ...ordeal,
  });

describe.concurrent('a connected account of which', () => {
  scenario('the browser is killed', async () => {
    const { alice } = scene.cast;
    await heals(alice, {
      strike: () => killExactly(browserOf(alice)),
      reason: 'browser_gone',
      leavesWithinMs: 1_000,
    });
  });

  scenario('the renderer crashes', async () => {
    const { bob } = scene.cast;
    await heals(bob, {
      strike: () => renderersOf([browserOf(bob)]).forEach(killExactly),
      reason: 'page_crashed',
      leavesWithinMs: 1_000,
    });
  });

  scenario('the page hangs in one task', async () => {
    const { alice } = scene.cast;
    await heals(alice, {
      strike: () => deed(alice, { deed: 'hang', ms: 40_000 }),
      reason: 'page_hung',
      leavesWithinMs: HANG_FOUND_MS_MAX,
    });
  });

  scenario('the browser is frozen', async () => {
    const { bob } = scene.cast;
    await heals(bob, {
      strike: () => process.kill(-browserOf(bob).groupId, 'SIGSTOP'),
      reason: 'page_hung',
      leavesWithinMs: HANG_FOUND_MS_MAX,
    });
  });

  scenario('the page is closed', async () => {
    const { alice } = scene.cast;
    await heals(alice, { strike: () => closeTab(alice), reason: 'page_closed', leavesWithinMs: CLOSE_FOUND_MS_MAX });
  });

  scenario('the page reloads itself', async () => {
    const { alice } = scene.cast;
    const { steps } = await scene.play(alice, {
      strike: () => deed(alice, { deed: 'reload' }),
      reason: 'network_unreachable',
      ends: 'CONNECTED.online',
      withinMs: HEAL_MS,
      sessions: 0,
    });
    expect(steps.map(({ to }) => to)).toEqual(['CONNECTED.degraded', 'CONNECTED.online']);
    await scene.stage.control.sendIn({ from: stranger, to: alice.number, text: 'after the reload' });
    await scene.stage.control.sendIn({ from: stranger, to: alice.number, text: 'and one more' });
    const inbox = async () =>
      (await scene.stage.client.messages.list(alice.id, { direction: 'in' })).items.map(({ text }) => text).sort();
    await waitUntil('both messages', inbox, (texts) => texts.length >= 2, WAIT);
    expect(await inbox()).toEqual(['after the reload', 'and one more']);
  });

  scenario('the page reloads and does not boot', async () => {
    const { bob } = scene.cast;
    let host: ProcessEntry;
    let fault: Awaited<ReturnType<typeof scene.strikeAt>>;
    let reloadedAt = Infinity;
    const { steps } = await scene.play(bob, {
      strike: async () => {
        host = readProcess(browserOf(bob).parentPid)!;
        fault = await scene.strikeAt(bob, { name: 'never_boots' });
        await deed(bob, { deed: 'reload' });
        reloadedAt = performance.now();
      },
      reason: 'network_unreachable',
      relief: { afterReasons: 2, give: () => fault.remove() },
      ends: 'CONNECTED.online',
      withinMs: 90_000,
      never: ['QR_READY', 'FAILED'],
    });
    expect(steps[0]!.to).toBe('CONNECTED.degraded');
    // The library gives up on the page that is long gone, with a rejection that nobody awaits: the host lives on.
    await waitUntil(
      'the moment when the library gives up',
      async () => {
        expect(readProcess(host.pid)?.startTime, 'the engine host').toBe(host.startTime);
        return performance.now() - reloadedAt;
      },
      (ms) => ms > LIBRARY_GIVES_UP_MS,
      WAIT,
    );
  });
});

/** As a person does who sits at the browser: by its own door for tools. */
async function closeTab({ id }: Person): Promise<void> {
  const [port] = (await readFile(join(scene.stage.profileOf(id), 'DevToolsActivePort'), 'utf8')).split('\n');
  const door = `http://127.0.0.1:${port}/json`;
  const tabs = (await (await fetch(`${door}/list`)).json()) as readonly { id: string; type: string; url: string }[];
  const tab = tabs.find(({ type, url }) => type === 'page' && url.startsWith('https://web.whatsapp.com'));
  await fetch(`${door}/close/${tab!.id}`);
}
