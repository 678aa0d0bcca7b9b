import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitUntil } from '#libs/client/wait-until';
import type { ReasonCode } from '#libs/contracts/reasons';
import type { TransitionView } from '#libs/contracts/transition';
import type { ProcessEntry } from '#libs/processes/process-entry';
import { readProcess } from '#libs/processes/process-table';
import { untilGone, untilNothingLeft } from '#test/support/nothing-left';
import { killExactly, renderersOf, restartOf, setStage, WAIT, type WhatsappStage } from '#test/support/whatsapp-stage';

const alice = '+491700000001';
const bob = '+491700000002';
const blocked = '+491700000003';

/** What is gone is known within milliseconds, as long as nothing else wants the processors. */
const NOTICED_MS_MAX = 1_000;
/** Eight browsers are started and two runtimes, one after the other; 15 s alone. */
const PATIENT = { timeout: 240_000 };

let stage: WhatsappStage;
let aliceId: string;
let bobId: string;

/** An engine host for each account, so that the death of one is a fault of that account alone. */
beforeAll(async () => {
  stage = await setStage({ ENGINE_HOST_ACCOUNTS_MAX: '1' });
  [aliceId, bobId] = [await stage.create('alice'), await stage.create('bob')];
  await Promise.all([stage.pair(aliceId, alice), stage.pair(bobId, bob)]);
  // Chromium stores a new login late: killed within 6 s it has none. A browser that is closed properly stores it.
  await Promise.all([aliceId, bobId].map((id) => restartOf(stage, id)));
});
afterAll(async () => stage[Symbol.asyncDispose]());

/** Alice's steps since then, once they have led her back. */
const backAfter = (seq: number): Promise<readonly TransitionView[]> =>
  waitUntil(
    'alice to be back',
    () => stage.stepsAfter(aliceId, seq),
    (steps) => steps.at(-1)?.to === 'CONNECTED.online',
    WAIT,
  );

describe('an account whose', () => {
  const browser = (): ProcessEntry => stage.browserOf(aliceId)[0]!;
  const host = (): ProcessEntry | undefined => readProcess(browser().parentPid);
  const faults: readonly [string, () => void, ReasonCode][] = [
    ['browser is killed', () => killExactly(browser()), 'browser_gone'],
    ['page crashes', () => renderersOf([browser()]).forEach(killExactly), 'page_crashed'],
    ['engine host is killed', () => killExactly(host()), 'engine_gone'],
  ];

  it.each(faults)('%s heals in one new session, and the other account does not move', async (_, strike, reason) => {
    const before = { alice: await stage.lastSeq(aliceId), bob: await stage.lastSeq(bobId) };
    const incarnation = await stage.incarnation(aliceId);
    const old = stage.browserOf(aliceId);
    expect(stage.engineHosts()).toHaveLength(2);
    const struckAt = Date.now();
    strike();
    const steps = await backAfter(before.alice);
    expect(steps[0]).toMatchObject({ from: 'CONNECTED.online', cause: reason });
    // By its history: whoever asks on a busy machine may come too late to see it.
    expect(Date.parse(steps[0]!.at) - struckAt).toBeLessThan(NOTICED_MS_MAX);
    expect(steps.map(({ to }) => to)).not.toContain('QR_READY');
    expect(steps.at(-1)).toMatchObject({ to: 'CONNECTED.online', incarnation: incarnation + 1 });
    await untilGone(old);
    const leaders = stage.browserOf(aliceId).filter(({ parentPid }) => stage.engineHosts().some(leads(parentPid)));
    expect(leaders).toHaveLength(1);
    expect(await stage.lastSeq(bobId)).toBe(before.bob);
  });
});

it('a runtime that was frozen for longer than its hosts wait gets its accounts back: nobody wished them away', async () => {
  const incarnations = await Promise.all([aliceId, bobId].map((id) => stage.incarnation(id)));
  process.kill(stage.runtime.pid, 'SIGSTOP');
  try {
    await waitUntil(
      'the hosts to leave',
      async () => stage.engineHosts().length,
      (hosts) => hosts === 0,
      WAIT,
    );
  } finally {
    process.kill(stage.runtime.pid, 'SIGCONT');
  }
  for (const [n, id] of [aliceId, bobId].entries()) {
    await waitUntil(
      'a new session',
      () => stage.incarnation(id),
      (now) => now > incarnations[n]!,
      WAIT,
    );
    expect(await stage.client.accounts.untilConnected(id, WAIT)).toMatchObject({ desired: 'CONNECTED' });
  }
});

describe('a runtime with accounts in all conditions', () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'that ends by %s brings back what was wanted, and no more',
    PATIENT,
    async (signal) => {
      const { halfWay, failed } = await makeTrouble();
      const before = stage.processes();
      expect([(await stage.profileLocks()).length > 0, stage.strays().length > 0]).toEqual([true, true]);
      const seqs = { alice: await stage.lastSeq(aliceId), bob: await stage.lastSeq(bobId) };

      expect(await stage.runtime.stop(signal)).toBe(signal === 'SIGTERM' ? 0 : null);
      if (signal === 'SIGTERM') await expectNothingLeft(before);
      await stage.startAgain();

      const { accounts } = stage.client;
      for (const [id, seq] of [
        [aliceId, seqs.alice],
        [bobId, seqs.bob],
      ] as const) {
        await accounts.untilConnected(id, WAIT);
        const steps = await stage.stepsAfter(id, seq);
        expect(steps.map(({ event }) => event)).toContain('account.restore');
        expect(steps.map(({ to }) => to)).not.toContain('QR_READY');
      }
      expect(await accounts.get(halfWay)).toMatchObject({
        status: 'DISCONNECTED',
        reason: { code: 'pairing_interrupted' },
      });
      expect(await accounts.get(failed)).toMatchObject({ status: 'FAILED', reason: { code: 'blocked' } });
      expect([...stage.browserOf(halfWay), ...stage.browserOf(failed)]).toEqual([]);

      const after = stage.processes();
      expect(await stage.runtime.stop()).toBe(0);
      await expectNothingLeft([...before, ...after]);
      await stage.startAgain();
    },
  );
});

/** One account that waits for its first scan, one that WhatsApp has blocked. */
async function makeTrouble(): Promise<{ halfWay: string; failed: string }> {
  const { accounts } = stage.client;
  const [halfWay, failed] = [await stage.create('half-way'), await stage.create('failed')];
  await stage.pair(failed, blocked);
  const fault = await stage.control.setFault({ name: 'state', state: 'PROXYBLOCK', number: blocked });
  await accounts.untilStatus(failed, 'FAILED', WAIT);
  await stage.control.removeFault(fault.id);
  await accounts.connect(halfWay);
  await accounts.untilStatus(halfWay, 'QR_READY', WAIT);
  await Promise.all([aliceId, bobId].map((id) => accounts.untilConnected(id, WAIT)));
  return { halfWay, failed };
}

async function expectNothingLeft(started: readonly ProcessEntry[]): Promise<void> {
  expect(started.length).toBeGreaterThan(10);
  await untilNothingLeft(stage, started);
}

function leads(parentPid: number): (host: ProcessEntry) => boolean {
  return ({ pid }) => pid === parentPid;
}
