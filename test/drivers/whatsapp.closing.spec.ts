import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CLOSE_DEADLINE_MS } from '#libs/contracts/limits/sessions';
import { valueOf } from '#libs/drivers/witness.contract';
import { findBrowser } from '#libs/drivers/whatsapp/browser/browser-finder';
import type { WhatsappSession } from '#libs/drivers/whatsapp/whatsapp.session';
import type { ProcessEntry } from '#libs/processes/process-entry';
import { listGroup, listTree } from '#libs/processes/process-table';
import { openWhatsappStage, WAIT_MS, type WhatsappStage } from './whatsapp-stage.js';

const alice = '+491700000001';

/** Milliseconds when nobody else works. The probes would take 20 s, and the reason would be another one. */
const NOTICED_MS_MAX = 10_000;
/** Room for a busy machine, and well below the 6 s that a close waits for a browser that doesn't answer. */
const BY_FORCE_MS_MAX = 4_000;

let stage: WhatsappStage;

beforeAll(async () => {
  stage = await openWhatsappStage();
});
afterEach(() => stage.clear());
afterAll(() => stage.end());

/** The browser's own process leads its group. */
function leaderOf(accountId: string): ProcessEntry {
  return stage.browsersOf(accountId).find(({ pid, groupId }) => pid === groupId) ?? expect.fail('no browser');
}

async function closed(one: { witness: ReturnType<WhatsappStage['open']>['witness'] }): Promise<void> {
  valueOf(await one.witness.session.ask('close', {}));
  expect(await one.witness.ended()).toEqual({ type: 'driver.closed' });
}

/** A browser on this account's profile that nobody of us started just now. */
async function strayBrowser(
  accountId: string,
  flags: readonly string[],
): Promise<{ pid: number; gone: Promise<unknown> }> {
  const search = findBrowser({ chromiumPath: null, whatsappBrowser: 'shell', cacheDir: stage.dataDir });
  if (!search.ok) return expect.fail(search.detail);
  const args = ['--headless', '--no-sandbox', '--remote-debugging-port=0', ...flags];
  const child = spawn(search.browser.path, [`--user-data-dir=${stage.profileOf(accountId)}`, ...args], {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const gone = once(child, 'exit');
  await once(child.stderr, 'data'); // it tells where it listens
  return { pid: child.pid!, gone };
}

describe('the end of a WhatsApp session', () => {
  it('is noticed at once when the browser is killed, and nothing is left', async () => {
    const { accountId, witness } = await stage.paired(alice);
    const { pid } = leaderOf(accountId);
    const killedAt = performance.now();
    process.kill(pid, 'SIGKILL');
    expect(await witness.saw('driver.broken')).toMatchObject({ reason: 'browser_gone' });
    expect(performance.now() - killedAt).toBeLessThan(NOTICED_MS_MAX);
    expect(await witness.ended()).toMatchObject({ type: 'driver.dropped', reason: 'browser_gone' });
    expect(performance.now() - killedAt).toBeLessThan(NOTICED_MS_MAX);
    expect([...stage.remainsOf(accountId), ...listGroup(pid)]).toEqual([]);
  });

  it('is noticed at once when the renderer crashes', async () => {
    const { accountId, witness } = await stage.paired(alice);
    const family = listTree([leaderOf(accountId).pid]);
    const renderers = family.filter((one) => one.arguments().join(' ').includes('--type=renderer'));
    expect(renderers).not.toEqual([]);
    const killedAt = performance.now();
    for (const { pid } of renderers) process.kill(pid, 'SIGKILL');
    expect(await witness.saw('driver.broken')).toMatchObject({ reason: 'page_crashed' });
    expect(performance.now() - killedAt).toBeLessThan(NOTICED_MS_MAX);
    expect(await witness.ended()).toMatchObject({ type: 'driver.dropped', reason: 'page_crashed' });
  });

  it.each(['close', 'kill'] as const)('by %s leaves no browser, wherever the launch has got to', async (how) => {
    for (const afterMs of [0, 30, 100, 200, 400]) {
      const { accountId, witness } = stage.open();
      await new Promise((resolve) => setTimeout(resolve, afterMs)); // the moment is what is tried
      if (how === 'kill') await witness.session.kill();
      else await closed({ witness });
      expect([afterMs, ...stage.remainsOf(accountId)]).toEqual([afterMs]);
      expect(witness.facts.at(-1)).toEqual({ type: 'driver.closed' });
    }
  });

  it('keeps to itself what the pipe to the browser says after its close', async () => {
    const { witness } = await stage.paired(alice);
    const guarded = witness.session as unknown as { current: { session: WhatsappSession } };
    const pipe = guarded.current.session.client!.pupBrowser!.process()!.stdio[3]!;
    await closed({ witness });
    pipe.emit('error', new Error('write EPIPE')); // what nobody listens to is thrown
  });

  it('comes in time although the browser is frozen', async () => {
    const { accountId, witness } = await stage.paired(alice);
    process.kill(-leaderOf(accountId).pid, 'SIGSTOP');
    const askedAt = performance.now();
    await closed({ witness });
    expect(performance.now() - askedAt).toBeLessThan(CLOSE_DEADLINE_MS);
    expect(stage.remainsOf(accountId)).toEqual([]);
  });

  it('comes at once by force, although a close hangs', async () => {
    const { accountId, witness } = await stage.paired(alice);
    process.kill(-leaderOf(accountId).pid, 'SIGSTOP');
    void witness.session.ask('close', {});
    const askedAt = performance.now();
    await witness.session.kill();
    expect(performance.now() - askedAt).toBeLessThan(BY_FORCE_MS_MAX);
    expect(stage.remainsOf(accountId)).toEqual([]);
  });
});

describe('the profile of a WhatsApp account', () => {
  it('is opened once at a time: the second is refused, and the first goes on unharmed', async () => {
    const first = stage.open();
    // Who tries in the same instant withdraws as well, and tries again; of both, a busy machine may refuse each.
    await expect.poll(() => stage.browsersOf(first.accountId).length, { timeout: WAIT_MS }).toBeGreaterThan(0);
    const second = stage.open(first.accountId);
    expect(await second.witness.ended()).toMatchObject({ type: 'driver.dropped', reason: 'profile_in_use' });
    const { qr } = await first.witness.saw('driver.qr');
    await stage.control.scan({ qr, number: alice });
    await first.witness.saw('driver.ready');
    const third = stage.open(first.accountId);
    expect(await third.witness.ended()).toMatchObject({ reason: 'profile_in_use' });
    expect(valueOf(await first.witness.session.ask('probe', {}))).toEqual({ phone: alice });
  });

  it('is moved aside whole, never deleted, and not while it is in use', async () => {
    const one = await stage.paired(alice);
    await expect(stage.driver.discardLogin(one.accountId)).rejects.toThrow('in use');
    await closed(one);
    await stage.driver.discardLogin(one.accountId);
    expect(existsSync(stage.profileOf(one.accountId))).toBe(false);
    const trash = join(stage.dataDir, 'sessions', 'trash');
    const [moved] = readdirSync(trash).filter((name) => name.startsWith(`session-${one.accountId}-`));
    expect(readdirSync(join(trash, moved!))).toContain('Default');
    await stage.open(one.accountId).witness.saw('driver.qr');
  });

  it('is freed of a browser that a dead run has left', async () => {
    const accountId = 'left-behind';
    const stray = await strayBrowser(accountId, ['--muster-owner=999999999_dead.1']);
    await stage.open(accountId).witness.saw('driver.qr');
    await stray.gone;
    expect(stage.browsersOf(accountId).map(({ pid }) => pid)).not.toContain(stray.pid);
  });

  it('is not taken from a living program: refused, named, and left alone', async () => {
    const accountId = 'in-foreign-hands';
    const stray = await strayBrowser(accountId, []);
    try {
      const { witness } = stage.open(accountId);
      const { detail, reason } = (await witness.ended()) as { detail: string; reason: string };
      expect(reason).toBe('profile_in_use');
      expect(detail).toContain(`process ${stray.pid} `);
      await witness.session.kill();
      expect(stage.browsersOf(accountId).map(({ pid }) => pid)).toContain(stray.pid);
    } finally {
      process.kill(stray.pid, 'SIGTERM');
      await stray.gone;
      await expect.poll(() => stage.browsersOf(accountId)).toEqual([]); // its helpers go after it
    }
  });

  it('opens although another host, or a dead process, has left its lock', async () => {
    for (const [accountId, target] of [
      ['other-host', 'a-container-of-yesterday-7'],
      ['dead-pid', `${hostname()}-999999999`],
    ] as const) {
      mkdirSync(stage.profileOf(accountId), { recursive: true });
      symlinkSync(target, join(stage.profileOf(accountId), 'SingletonLock'));
      await stage.open(accountId).witness.saw('driver.qr');
    }
  });
});
