import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { ReasonCode } from '#libs/contracts/reasons';
import { POLL } from '#test/support/whatsapp-stage';
import { scenariosOf } from './scenario.js';
import { type Person, type ScenarioStage, setScenario, trashedLogins } from './scenario-stage.js';

const scenario = scenariosOf('leaving');
/** Two heartbeats: a frozen host is found before its account's close is overdue, as with the defaults. */
const HEARTBEAT_MISSING_MS_MAX = 6_500;
const CLOSE_DEADLINE_MS = 12_000;
/** The deadline, the end by force, and what a busy machine adds. */
const LEAVE_MS = 60_000;
const CONNECT_MS = 60_000;

let scene: ScenarioStage<'alice' | 'bob' | 'olga'>;

beforeAll(async () => {
  scene = await setScenario(['alice', 'bob', 'olga'], {
    CLOSE_DEADLINE_MS: String(CLOSE_DEADLINE_MS),
    ENGINE_HEARTBEAT_MISSING_MS_MAX: String(HEARTBEAT_MISSING_MS_MAX),
  });
});
afterAll(() => scene?.[Symbol.asyncDispose]());

const browserOf = ({ id }: Person) => scene.stage.browserOf(id)[0]!;
const viewOf = ({ id }: Person) => scene.stage.client.accounts.get(id);

/** Those that the phone shows among its linked devices. */
const listedOf = async (who: Person) =>
  (await scene.stage.control.devices()).filter(
    ({ number, unlinked }) => `+${number}` === who.number && unlinked === null,
  );

/** Struck and then logged out on request, it rests; the login is in the trash whatever the provider has heard. */
async function leaves(who: Person, reason: ReasonCode | null, strike: () => unknown = () => undefined): Promise<void> {
  const aside = await trashedLogins(scene.stage, who);
  await scene.play(who, {
    strike: async () => {
      await strike();
      await scene.stage.client.accounts.logout(who.id);
    },
    reason,
    ends: 'DISCONNECTED.idle',
    withinMs: LEAVE_MS,
    sessions: 0,
  });
  await expect.poll(() => trashedLogins(scene.stage, who), POLL).toHaveLength(aside.length + 1);
}

/** Nobody has told the provider: whoever looks at the account is told that, and who must act. */
async function leavesUnheard(who: Person, strike?: () => unknown): Promise<void> {
  const before = (await listedOf(who)).length;
  await leaves(who, 'login_left', strike);
  expect(await viewOf(who)).toMatchObject({
    desired: 'DISCONNECTED',
    phone: null,
    reason: { code: 'login_left', class: 'normal', who: 'phone', retryable: false },
  });
  expect(await listedOf(who), 'the device that the phone goes on listing').toHaveLength(before);
}

/** Back by a new code, to where the next story begins. */
const comesBack = (who: Person) =>
  scene.play(who, {
    strike: async () => {
      await scene.stage.client.accounts.connect(who.id);
      await scene.stage.scan(who.id, who.number);
    },
    reason: null,
    ends: 'CONNECTED.online',
    withinMs: CONNECT_MS,
    sessions: 1,
  });

describe('an account that leaves', () => {
  scenario('our own logout', async () => {
    const { alice } = scene.cast;
    await leaves(alice, null);
    expect(await viewOf(alice)).toMatchObject({ desired: 'DISCONNECTED', reason: { code: 'stopped', who: 'nobody' } });
    expect(await listedOf(alice)).toEqual([]);
    await comesBack(alice);
  });

  scenario('a logout while the browser is frozen', async () => {
    const { bob } = scene.cast;
    await leavesUnheard(bob, () => process.kill(-browserOf(bob).groupId, 'SIGSTOP'));
    await comesBack(bob);
  });

  scenario('a logout while the engine host is frozen', async () => {
    const { olga } = scene.cast;
    await leavesUnheard(olga, () => process.kill(browserOf(olga).parentPid, 'SIGSTOP'));
  });

  scenario('a logout at rest', async () => {
    const { alice } = scene.cast;
    await scene.play(alice, {
      strike: () => scene.stage.client.accounts.disconnect(alice.id),
      reason: null,
      ends: 'DISCONNECTED.idle',
      withinMs: LEAVE_MS,
    });
    await leavesUnheard(alice);
  });

  scenario('a logout while the line is down', async () => {
    const { bob } = scene.cast;
    const fault = await scene.strikeAt(bob, { name: 'socket_down' });
    await expect.poll(async () => (await viewOf(bob)).detail, POLL).toBe('CONNECTED.degraded');
    await leavesUnheard(bob);
    await fault.remove();
  });
});
