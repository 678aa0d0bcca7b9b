import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitUntil } from '#libs/client/wait-until';
import type { SupervisionView } from '#libs/contracts/supervision';
import { setStage, WAIT, type WhatsappStage } from '#test/support/whatsapp-stage';

/** The leanest that was seen has three times as much. */
const BROWSER_MB_MIN = 20;

let stage: WhatsappStage;
let alice: string;
/** A back-off is to be seen: it lasts longer than a look at it on a busy machine. */
beforeAll(async () => {
  stage = await setStage({ BROWSER_LOOK_EVERY_MS: '500', BACKOFF_FIRST_MS: '3000', BACKOFF_MS_MAX: '3000' });
  alice = await stage.create('alice');
  await stage.pair(alice, '+491700000001');
});
afterAll(async () => stage[Symbol.asyncDispose]());

const look = (): Promise<SupervisionView> => stage.client.supervision();
const until = (fits: (view: SupervisionView) => unknown): Promise<SupervisionView> =>
  waitUntil('what the supervisors are to tell', look, (view) => Boolean(fits(view)), WAIT);

describe('the supervisors of a running node', () => {
  it('have a host with the account’s browser and its memory, and every part up', async () => {
    // The last look may have met it while it was being started.
    const isMeasured = ({ engines: { hosts } }: SupervisionView) =>
      (hosts[0]?.accounts[0]?.browser?.memoryMb ?? 0) > BROWSER_MB_MIN;
    const { engines, parts, phase, accounts } = await until(isMeasured);
    expect(phase).toBe('running');
    const [host] = engines.hosts;
    expect(stage.engineHosts().map(({ pid }) => pid)).toEqual([host!.pid]);
    expect(host).toMatchObject({ state: 'running', accounts: [{ accountId: alice }] });
    const { browser } = host!.accounts[0]!;
    expect(stage.browserOf(alice).map(({ pid }) => pid)).toContain(browser!.pid);
    expect(parts.map(({ id, state, restarts }) => [id, state, restarts])).toEqual([
      ['database', 'running', 0],
      ['recorder', 'running', 0],
      ['jobs', 'running', 0],
      ['upkeep', 'running', 0],
    ]);
    expect(accounts).toMatchObject({ total: 1, byStatus: { CONNECTED: 1 }, troubled: [] });
  });

  it('tell of a host that was killed, of the back-off of its account, and of the crash when it is back', async () => {
    const { engines } = await look();
    const { pid } = engines.hosts[0]!;
    process.kill(pid, 'SIGKILL');
    const fallen = await until(({ accounts }) => accounts.troubled[0]?.trouble === 'backing_off');
    const [account] = fallen.accounts.troubled;
    expect(account).toMatchObject({ accountId: alice, crashes: 1, reason: { code: 'engine_gone', class: 'crash' } });
    expect(Date.parse(account!.nextAttemptAt!)).toBeGreaterThan(Date.parse(fallen.at));
    expect(fallen.engines).toMatchObject({ lost: 1, lastLost: { pid } });
    await stage.client.accounts.untilConnected(alice, WAIT);
    const healed = await look();
    expect(healed.branches[0]).toMatchObject({ id: 'sessions', intensity: { used: 1 }, shaken: 1 });
    expect(healed.accounts.troubled).toMatchObject([{ trouble: 'shaken', restarts: 1 }]);
    expect(healed.engines.hosts.map((host) => host.pid)).not.toContain(pid);
  });

  it('tell of a database that died and came back', async () => {
    const { pid } = (await look()).parts.find(({ id }) => id === 'database')!;
    process.kill(pid!, 'SIGKILL');
    const { parts } = await until((view) => view.parts[0]?.restarts === 1 && view.parts[0].state === 'running');
    expect(parts[0]).toMatchObject({ kind: 'process', intensity: { used: 1 }, reason: expect.any(String) as string });
    expect(parts[0]!.pid).not.toBe(pid);
  });

  it('say nothing that is secret', async () => {
    const text = JSON.stringify(await look());
    expect(text).not.toMatch(/postgres:\/\/|\+491700000001/);
  });
});
