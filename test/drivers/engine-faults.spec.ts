import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSimulatedDriver } from '#libs/drivers/simulated/simulated.driver';
import { newProvider } from '#libs/drivers/simulated/simulated.harness.contract';
import { openSession, type Witness } from '#libs/drivers/witness.contract';
import { isAlive } from '#libs/processes/process-identity';
import { listProcesses, listTree } from '#libs/processes/process-table';
import { EngineHosts } from '#src/engines/engine-hosts';
import type { EngineLimits } from '#src/engines/engine-limits';
import { forkEngine } from '#src/engines/engine-process';
import { createRemoteDriver } from '#src/engines/remote-driver';

/** Built by `npm test` before the system specs run. */
const ENTRY = resolve('dist/test/drivers/simulated-engine.js');
const WAIT_MS = 20_000;
/** A busy machine must not make a living host look dead: these hosts beat ten times in that time. */
const SILENT_MS_MAX = 2_000;
/** From the end of that patience to what is told of it: milliseconds when nobody else works, and no second patience. */
const TOLD_MS_MAX = 6_000;

let folder: string;
let recordsDir: string;
let childLeft: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muster-engine-faults-'));
  recordsDir = join(folder, 'engines');
  childLeft = join(folder, 'left');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function startHosts(limits: Partial<EngineLimits> = {}, entry = ENTRY) {
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const env = { CHILD_LEFT: childLeft, HOST_LIMITS: JSON.stringify({ heartbeatEveryMs: 200 }) };
  const hosts = new EngineHosts({
    accountsMax: 8,
    log,
    limits: { heartbeatEveryMs: 200, heartbeatMissingMsMax: SILENT_MS_MAX, ...limits },
    start: () => forkEngine({ entry, env, recordsDir, log }),
  });
  const { can } = createSimulatedDriver(newProvider());
  const driver = createRemoteDriver({ provider: 'simulated', can, hosts, endRemains: async () => true });
  const open = (accountId: string): Witness => openSession(driver, accountId, { autoScanMs: 0 }, WAIT_MS);
  const up = async (...names: readonly string[]): Promise<readonly Witness[]> => {
    const witnesses = names.map(open);
    await Promise.all(witnesses.map((witness) => witness.saw('driver.ready')));
    return witnesses;
  };
  return { driver, hosts, open, up };
}

/** The hosts of this test and all that they have started, the living ones. */
function ours() {
  const all = listProcesses();
  const hosts = all.filter((entry) => entry.parentPid === process.pid && entry.arguments().includes(ENTRY));
  return listTree(
    hosts.map(({ pid }) => pid),
    all,
  );
}

/** Answers after how long they were all told `broken`, and asserts that each ends as its host's end ends it. */
async function allLost(witnesses: readonly Witness[], detail: RegExp): Promise<number> {
  const began = performance.now();
  await Promise.all(witnesses.map((witness) => witness.saw('driver.broken')));
  const toldMs = performance.now() - began;
  for (const witness of witnesses) {
    const { type, reason, detail: told } = (await witness.ended()) as { type: string; reason: string; detail: string };
    expect({ type, reason }).toEqual({ type: 'driver.dropped', reason: 'engine_gone' });
    expect(told).toMatch(detail);
  }
  return toldMs;
}

describe('an engine host', () => {
  it('whose event loop hangs is ended in time; what it started may leave properly', async () => {
    const { driver, up } = startHosts();
    const calm = await up('alice', 'has-a-child');
    await expect.poll(() => ours().length, { timeout: WAIT_MS }).toBe(3); // the shell has begun to wait
    const started = ours();
    const witnesses = [...calm, ...(await up('hangs-its-host'))];
    expect(await allLost(witnesses, /^no word from the engine host/)).toBeLessThan(SILENT_MS_MAX + TOLD_MS_MAX);
    expect(started.filter(isAlive)).toEqual([]);
    expect(readFileSync(childLeft, 'utf8')).toBe('properly\n');
    await driver.close();
  });

  it('that is ended takes with it what does not leave by itself', async () => {
    const { driver, up } = startHosts({ orphanCloseMsMax: 300 });
    const witnesses = [...(await up('has-a-deaf-child')), ...(await up('hangs-its-host'))];
    const started = ours();
    await allLost(witnesses, /^no word/);
    expect(started.filter(isAlive)).toEqual([]);
    await driver.close();
  });

  it('that breaks says of what, to each of its accounts, and lets what it started leave properly', async () => {
    const { driver, up, open } = startHosts();
    const witnesses = [...(await up('alice', 'has-a-child')), ...(await up('breaks-its-host'))];
    await allLost(witnesses, /^the engine host failed: unhandled rejection: Error: auth timeout$/);
    await expect.poll(() => existsSync(childLeft), { timeout: WAIT_MS }).toBe(true);
    await open('alice').saw('driver.ready');
    await driver.close();
    expect(ours()).toEqual([]);
  });

  it('that dies while an account is opened is that account’s only loss', async () => {
    const { driver, open } = startHosts();
    expect(await open('kills-its-host').ended()).toMatchObject({ reason: 'engine_gone' });
    await open('alice').saw('driver.ready');
    await driver.close();
    expect([ours(), readdirSync(recordsDir)]).toEqual([[], []]);
  });
});

describe('an engine host that can’t be started', () => {
  it.each<[string, (folder: string) => string]>([
    ['its program is missing', () => resolve('dist/no-such-program.js')],
    ['its record can’t be written', (path) => (writeFileSync(join(path, 'engines'), ''), ENTRY)],
  ])('because %s loses one try at a time, and leaves nothing', async (_, break_) => {
    const { driver, open, hosts } = startHosts({}, break_(folder));
    for (let n = 0; n < 5; n++) {
      const witness = open(`account-${n}`);
      expect(await witness.ended()).toMatchObject({ type: 'driver.dropped', reason: 'engine_gone' });
      expect(witness.facts.filter(({ type }) => type === 'driver.dropped')).toHaveLength(1);
    }
    await expect.poll(() => hosts.count, { timeout: WAIT_MS }).toBe(0);
    await expect.poll(ours, { timeout: WAIT_MS }).toEqual([]);
    await driver.close();
  });
});

describe('when the runtime stops', () => {
  it('a frozen host is ended sooner than at other times', async () => {
    const { driver, hosts, up } = startHosts({ heartbeatMissingMsMax: 60_000, heartbeatStoppingMsMax: 1_500 });
    const witnesses = await up('alice', 'bob');
    const host = ours()[0]!;
    process.kill(host.pid, 'SIGSTOP');
    hosts.stopping();
    expect(await allLost(witnesses, /^no word from the engine host for 1500 ms/)).toBeLessThan(1_500 + TOLD_MS_MAX);
    expect(isAlive(host)).toBe(false);
    await driver.close();
  });

  it('and is hurried, hosts are ended at once with all that they started', async () => {
    const { driver, hosts, up } = startHosts();
    const witnesses = await up('alice', 'has-a-deaf-child', 'has-a-child');
    const started = ours();
    process.kill(started[0]!.pid, 'SIGSTOP');
    const began = performance.now();
    await hosts.hurry();
    expect(performance.now() - began).toBeLessThan(4_000); // the deaf child would have 5 s otherwise
    expect(started.filter(isAlive)).toEqual([]);
    await allLost(witnesses, /hurried/);
    await driver.close();
    expect(() => hosts.withRoom()).toThrow('closed');
  });
});
