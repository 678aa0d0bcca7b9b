import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitUntil } from '#libs/client/wait-until';
import type { ProcessEntry } from '#libs/processes/process-entry';
import { isAlive } from '#libs/processes/process-identity';
import { nameOf, setStage, WAIT, type WhatsappStage } from '#test/support/whatsapp-stage';

/** Hosts are ended, and leave, after this; in real life after 15 s. */
const SILENT_MS_MAX = 4_000;
/** What a host has to close its browsers when its runtime is gone, and a machine that others use. */
const ORPHANS_MS_MAX = 5_000 + 1_500;
const accounts = ['+491700000001', '+491700000002'] as const;

let stage: WhatsappStage;
let ids: readonly string[];

/** An engine host for each account. */
beforeAll(async () => {
  stage = await setStage({
    ENGINE_HOST_ACCOUNTS_MAX: '1',
    ENGINE_HEARTBEAT_MISSING_MS_MAX: String(SILENT_MS_MAX),
  });
  ids = await Promise.all(accounts.map((number) => stage.create(number)));
  await Promise.all(ids.map((id, n) => stage.pair(id, accounts[n]!)));
  // Every fault below finds the login on disk, or it would be a test of how soon Chromium writes.
  expect(await stage.runtime.stop()).toBe(0);
  await stage.startAgain();
  await allConnected();
});
afterAll(async () => stage[Symbol.asyncDispose]());

async function allConnected(): Promise<void> {
  await Promise.all(ids.map((id) => stage.client.accounts.untilConnected(id, WAIT)));
}

/** That every account is back with its login after `strike`, and that all that ran before it is gone. */
async function healsFrom(strike: () => Promise<void>): Promise<void> {
  const seqs = await Promise.all(ids.map((id) => stage.lastSeq(id)));
  const old = ids.flatMap((id) => stage.browserOf(id));
  await strike();
  for (const [n, id] of ids.entries()) {
    const stepsSince = () => stage.stepsAfter(id, seqs[n]!);
    const isBack = (steps: Awaited<ReturnType<typeof stepsSince>>): boolean => steps.at(-1)?.to === 'CONNECTED.online';
    const steps = await waitUntil(`${id} to be back`, stepsSince, isBack, WAIT);
    expect(steps.map(({ to }) => to)).not.toContain('QR_READY');
  }
  expect(old.filter(isAlive).map(nameOf)).toEqual([]);
}

const hostOf = (id: string): ProcessEntry => {
  const parent = stage.browserOf(id)[0]?.parentPid;
  const host = stage.engineHosts().find(({ pid }) => pid === parent);
  if (host === undefined) throw new Error(`no host of ${id}`);
  return host;
};

function freeze(...entries: readonly (ProcessEntry | undefined)[]): void {
  for (const entry of entries) process.kill(entry!.pid, 'SIGSTOP');
}

async function gone(entries: readonly ProcessEntry[], limitMs: number): Promise<void> {
  const living = async (): Promise<readonly string[]> => entries.filter(isAlive).map(nameOf);
  const none = (left: readonly string[]): boolean => left.length === 0;
  await waitUntil('all of it to be gone', living, none, { timeoutMs: limitMs, everyMs: 20 });
}

describe('engine hosts as guardians', () => {
  it('whose runtime is killed close their browsers within 5 s, also one that is frozen; a start meanwhile waits', async () => {
    await healsFrom(async () => {
      const children = stage.processes().filter(({ pid }) => pid !== stage.runtime.pid);
      freeze(...stage.browserOf(ids[1]!));
      await stage.runtime.kill();
      const browsers = children.filter((entry) => entry.arguments().some((word) => word.includes('--user-data-dir')));
      const closed = gone(browsers, ORPHANS_MS_MAX);
      await Promise.all([closed, stage.startAgain()]);
      const sweep = stage.runtime.log.findLast(({ msg }) => msg === 'leftovers of a dead run ended');
      expect(sweep).toMatchObject({ killed: 0 });
    });
  });

  it('whose runtime is frozen past their patience close theirs, also a frozen one; it gets its accounts back', async () => {
    await healsFrom(async () => {
      const hosts = stage.engineHosts();
      freeze(...stage.browserOf(ids[1]!));
      process.kill(stage.runtime.pid, 'SIGSTOP');
      try {
        await gone(hosts, SILENT_MS_MAX + ORPHANS_MS_MAX + 2_000);
      } finally {
        process.kill(stage.runtime.pid, 'SIGCONT');
      }
    });
  });

  it('that are frozen themselves are ended; the browser leaves properly and keeps its login', async () => {
    const other = await stage.lastSeq(ids[1]!);
    const host = hostOf(ids[0]!);
    const before = await stage.lastSeq(ids[0]!);
    freeze(host);
    await gone([host], SILENT_MS_MAX + 3_000);
    await stage.client.accounts.untilConnected(ids[0]!, WAIT);
    const steps = await stage.stepsAfter(ids[0]!, before);
    expect(steps[0]).toMatchObject({ cause: 'engine_gone' });
    expect(steps.map(({ to }) => to)).not.toContain('QR_READY');
    expect(await stage.lastSeq(ids[1]!)).toBe(other);
  });
});

it('a stop with a frozen host and a frozen browser ends in time, and leaves neither process nor lock', async () => {
  await allConnected();
  const started = stage.processes();
  freeze(hostOf(ids[0]!), ...stage.browserOf(ids[1]!));
  const began = performance.now();
  expect(await stage.runtime.stop()).toBe(0);
  expect(performance.now() - began).toBeLessThan(20_000);
  expect(started.filter(isAlive).map(nameOf)).toEqual([]);
  expect([stage.strays(), await stage.profileLocks()]).toEqual([[], []]);
  await stage.startAgain();
  await allConnected();
});
