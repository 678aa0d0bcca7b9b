import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { waitUntil } from '#libs/client/wait-until';
import { identify, isAlive, type ProcessIdentity } from '#libs/processes/process-identity';
import { listTree } from '#libs/processes/process-table';
import { killExactly, nameOf, POLL, WAIT } from '#test/support/whatsapp-stage';
import type { Ordeal } from './episode.js';
import { scenariosOf } from './scenario.js';
import { type ScenarioStage, setScenario } from './scenario-stage.js';

const scenario = scenariosOf('profiles');
const HEAL_MS = 60_000;

let scene: ScenarioStage<'alice' | 'olga'>;
const started: ChildProcess[] = [];

beforeAll(async () => {
  scene = await setScenario(['alice', 'olga']);
});
/** Whoever is left of them would have the profile at the next start, or write to it when it is to be damaged. */
afterEach(async () => {
  const left = listTree(started.splice(0).map(({ pid }) => pid!));
  for (const entry of left.filter(isAlive)) process.kill(entry.pid, 'SIGKILL');
  await expect.poll(() => left.filter(isAlive).map(nameOf), POLL).toEqual([]);
});
afterAll(() => scene?.[Symbol.asyncDispose]());

async function comeToRest(): Promise<void> {
  const { accounts } = scene.stage.client;
  const { id } = scene.cast.alice;
  await accounts.disconnect(id);
  await waitUntil(
    'rest',
    () => accounts.get(id),
    ({ detail }) => detail.endsWith('.idle'),
    WAIT,
  );
}

/** Now and then Chromium breaks on its way out, and then no copy is made: the next end makes one. */
async function untilCopied(copies: string): Promise<void> {
  const { accounts } = scene.stage.client;
  for (let tries = 1; tries <= 3 && !existsSync(copies); tries += 1) {
    await accounts.connect(scene.cast.alice.id);
    await accounts.untilConnected(scene.cast.alice.id, WAIT);
    await comeToRest();
  }
}

/** Disconnected, so that its profile is nobody's; then this is done to the profile, and a person connects. */
async function connectAfter(strike: (profile: string) => unknown, then: Omit<Ordeal, 'strike' | 'withinMs'>) {
  const { alice } = scene.cast;
  const { accounts } = scene.stage.client;
  await comeToRest();
  return scene.play(alice, {
    ...then,
    strike: async () => {
      await strike(scene.stage.profileOf(alice.id));
      await accounts.connect(alice.id);
    },
    withinMs: HEAL_MS,
  });
}

const CONNECTED_AGAIN = { reason: null, ends: 'CONNECTED.online', sessions: 1, never: ['QR_READY', 'FAILED'] } as const;

/** A browser on a profile, started by somebody else. */
async function startBrowser(profile: string, flags: readonly string[]): Promise<ProcessIdentity> {
  const shown = scene.stage.browserOf(scene.cast.olga.id)[0]!.arguments()[0]!.split(' ')[0]!;
  const args = ['--headless', '--no-sandbox', '--remote-debugging-port=0', `--user-data-dir=${profile}`, ...flags];
  const child = spawn(shown, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  started.push(child);
  await once(child.stderr, 'data'); // it tells where it listens
  return identify(child.pid!)!;
}

describe('an account of whose profile', () => {
  scenario('a browser of a dead run has the profile', async () => {
    let left: ProcessIdentity;
    await connectAfter(async (profile) => {
      left = await startBrowser(profile, ['--muster-owner=999999999_dead.1']);
    }, CONNECTED_AGAIN);
    expect(isAlive(left!)).toBe(false);
  });

  scenario('another host name has locked the profile', () =>
    connectAfter(
      (profile) => symlink('a-container-of-yesterday-7', join(profile, 'SingletonLock')),
      CONNECTED_AGAIN,
    ).then(() => undefined),
  );

  scenario('a dead process has locked the profile', () =>
    connectAfter((profile) => symlink(`${hostname()}-999999999`, join(profile, 'SingletonLock')), CONNECTED_AGAIN).then(
      () => undefined,
    ),
  );

  scenario('a foreign program has the profile', async () => {
    let foreign: ProcessIdentity;
    await connectAfter(
      async (profile) => {
        foreign = await startBrowser(profile, []);
      },
      {
        reason: 'profile_in_use',
        ends: 'FAILED.idle',
        sessions: 1,
        never: ['QR_READY'],
        foreign: () => [foreign.pid],
      },
    );
    const { reason } = await scene.stage.client.accounts.get(scene.cast.alice.id);
    expect(reason).toMatchObject({ who: 'operator' });
    expect(reason!.message).toContain(`process ${foreign!.pid} `);
    expect(isAlive(foreign!), 'the foreign program').toBe(true);
  });

  scenario('the profile is damaged', () => connectAfter(spoil, CONNECTED_AGAIN).then(() => undefined));

  scenario('the profile and its copy are damaged', async () => {
    await connectAfter(
      async (profile) => {
        const copies = join(profile, '..', 'good', `session-${scene.cast.alice.id}`);
        await untilCopied(copies);
        await barAway(profile);
        for (const name of await readdir(copies)) await barAway(join(copies, name));
      },
      { reason: 'profile_damaged', ends: 'FAILED.idle', never: ['QR_READY'] },
    );
    const trash = join(scene.stage.runtime.dataDir, 'sessions', 'trash');
    const moved = async () => (await readdir(trash)).filter((name) => name.includes(scene.cast.alice.id));
    await expect.poll(moved, POLL).not.toEqual([]);
    await scene.stage.pair(scene.cast.alice.id, scene.cast.alice.number);
  });
});

/** Every file of the login is overwritten, as a bad disk does. */
async function spoil(folder: string): Promise<void> {
  for (const name of ['IndexedDB', 'Local Storage'])
    for (const file of await readdir(join(folder, 'Default', name), { recursive: true, withFileTypes: true }))
      if (file.isFile()) await writeFile(join(file.parentPath, file.name), 'spoiled');
}

/** A profile in which no browser can start: where its folder was is something else. */
async function barAway(folder: string): Promise<void> {
  await rm(folder, { recursive: true });
  await writeFile(folder, 'no folder');
}

scenario('the browser is killed right after the first pairing', async () => {
  const number = '+491700000199';
  const id = await scene.stage.create('newcomer');
  const newcomer = { name: 'newcomer', number, id };
  await scene.stage.pair(id, number);
  await scene.play(newcomer, {
    strike: () => killExactly(scene.stage.browserOf(id)[0]),
    reason: 'browser_gone',
    ends: 'CONNECTED.online',
    withinMs: HEAL_MS,
    sessions: 1,
    never: ['QR_READY', 'FAILED'],
  });
});
