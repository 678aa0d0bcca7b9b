import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitUntil } from '#libs/client/wait-until';
import { SHUTDOWN_DEADLINE_MS } from '#libs/contracts/limits/sessions';
import type { TransitionView } from '#libs/contracts/transition';
import type { ProcessEntry } from '#libs/processes/process-entry';
import { untilGone, untilNothingLeft } from '#test/support/nothing-left';
import { setStage, WAIT, type WhatsappStage } from '#test/support/whatsapp-stage';

/** Hosts are ended, and leave, after this; in real life after 15 s. A busy machine holds nobody up for so long. */
const SILENT_MS_MAX = 6_000;
/** By when those must be gone who have lost what they need; whatsapp-orphans.timed.spec.ts holds them to 5 s. */
const GONE_MS_MAX = 30_000;
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
  for (const [n, id] of ids.entries()) await backAfter(id, seqs[n]!);
  await untilGone(old);
}

/** Its steps since then, once they have led it back, with its login. */
async function backAfter(id: string, seq: number): Promise<readonly TransitionView[]> {
  const isBack = (steps: readonly TransitionView[]): boolean => steps.at(-1)?.to === 'CONNECTED.online';
  const steps = await waitUntil(`${id} to be back`, () => stage.stepsAfter(id, seq), isBack, WAIT);
  expect(steps.map(({ to }) => to)).not.toContain('QR_READY');
  return steps;
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

const gone = (entries: readonly ProcessEntry[]): Promise<void> =>
  untilGone(entries, { timeoutMs: GONE_MS_MAX, everyMs: 20 });

describe('engine hosts as guardians', () => {
  it('whose runtime is killed close their browsers, also one that is frozen; a start meanwhile waits', async () => {
    await healsFrom(async () => {
      const children = stage.processes().filter(({ pid }) => pid !== stage.runtime.pid);
      freeze(...stage.browserOf(ids[1]!));
      await stage.runtime.kill();
      const browsers = children.filter((entry) => entry.arguments().some((word) => word.includes('--user-data-dir')));
      await Promise.all([gone(browsers), stage.startAgain()]);
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
        await gone(hosts);
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
    await gone([host]);
    const [first] = await backAfter(ids[0]!, before); // not its status, which may not be told as lost yet
    expect(first).toMatchObject({ cause: 'engine_gone' });
    expect(await stage.lastSeq(ids[1]!)).toBe(other);
  });
});

it('a stop with a frozen host and a frozen browser ends in time, and leaves neither process nor lock', async () => {
  await allConnected();
  const started = stage.processes();
  freeze(hostOf(ids[0]!), ...stage.browserOf(ids[1]!));
  const began = performance.now();
  expect(await stage.runtime.stop()).toBe(0);
  expect(performance.now() - began).toBeLessThan(SHUTDOWN_DEADLINE_MS);
  await untilNothingLeft(stage, started);
  await stage.startAgain();
  await allConnected();
});
