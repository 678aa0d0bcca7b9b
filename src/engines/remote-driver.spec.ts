import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { BROWSER_FORCE_MS_MAX, KILL_DEADLINE_MS } from '#libs/contracts/limits/sessions';
import { driverContract } from '#libs/drivers/driver.contract';
import type { Driver } from '#libs/drivers/driver';
import { createSimulatedDriver } from '#libs/drivers/simulated/simulated.driver';
import { newProvider, QUICK, simulatedHarness, WAIT_MS } from '#libs/drivers/simulated/simulated.harness.contract';
import { openSession, valueOf } from '#libs/drivers/witness.contract';
import { EngineHosts } from './engine-hosts.js';
import { ENGINE_LIMITS } from './engine-limits.js';
import { type LinkedEngine, linkEngine } from './linked-engine.contract.js';
import { createRemoteDriver } from './remote-driver.js';

const noLog = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

function startHouse(
  accountsMax = 8,
  endRemains?: (accountId: string) => Promise<boolean>,
  changed: (driver: Driver) => Driver = (driver) => driver,
) {
  const provider = newProvider();
  const inner = changed(createSimulatedDriver(provider));
  const engines: LinkedEngine[] = [];
  const hosts = new EngineHosts({
    accountsMax,
    log: noLog,
    limits: {
      heartbeatEveryMs: 20,
      heartbeatMissingMsMax: 200,
      sessionKillMsMax: 100,
      leaveMsMax: 1_000,
      idleMsMax: 50,
    },
    start: () => {
      const engine = linkEngine(new Map<'simulated', Driver>([['simulated', inner]]));
      engines.push(engine);
      return engine;
    },
  });
  const endProfile = async (accountId: string): Promise<boolean> => {
    provider.drop(accountId, 'browser_gone');
    return true;
  };
  const endRemainsOf = endRemains ?? endProfile;
  const driver = createRemoteDriver({ provider: 'simulated', can: inner.can, hosts, endRemains: endRemainsOf });
  return { provider, driver, hosts, engines };
}

driverContract('simulated, in an engine host', async () => {
  const { provider, driver } = startHouse();
  return simulatedHarness(provider, driver);
});

describe('engine hosts', () => {
  const connect = async (driver: Driver) => {
    const witness = openSession(driver, randomUUID(), QUICK, WAIT_MS);
    await witness.saw('driver.ready');
    return witness;
  };

  it('take as many accounts as they have room for, and no host more than needed', async () => {
    const { driver, hosts } = startHouse(2);
    const witnesses = await Promise.all([connect(driver), connect(driver), connect(driver)]);
    expect(hosts.count).toBe(2);
    await Promise.all(witnesses.map(({ session }) => session.kill()));
    await expect.poll(() => hosts.count).toBe(0);
    await driver.close();
  });

  it('may be started before anybody needs one, and leave when nobody does', async () => {
    const { driver, hosts, engines } = startHouse();
    hosts.warm();
    hosts.warm();
    expect(hosts.count).toBe(1);
    const witness = await connect(driver);
    expect(engines, 'it is the one that was waiting').toHaveLength(1);
    await witness.session.kill();
    await expect.poll(() => hosts.count).toBe(0);
    hosts.warm();
    await expect.poll(() => hosts.count).toBe(0);
    await driver.close();
    hosts.warm();
    expect(hosts.count).toBe(0);
  });

  it('stay for as long as they have a session, also for the one they were started for', async () => {
    const { driver, hosts } = startHouse(1);
    const [alice, bob] = [await connect(driver), await connect(driver)];
    await bob.session.kill();
    await expect.poll(() => hosts.count).toBe(1); // Bob's has left for want of sessions, and Alice's is older
    expect(valueOf(await alice.session.ask('probe', {})).phone).not.toBeNull();
    expect(alice.facts.map(({ type }) => type)).not.toContain('driver.closed');
    await alice.session.kill();
    await driver.close();
  });

  it('that die take their own accounts with them, once, and no others', async () => {
    const { driver, engines } = startHouse(2);
    const [alice, bob, carol] = [await connect(driver), await connect(driver), await connect(driver)];
    engines[0]?.die();
    for (const lost of [alice, bob]) {
      expect(await lost.ended()).toMatchObject({ type: 'driver.dropped', reason: 'engine_gone' });
      expect(lost.facts.filter((fact) => fact.type === 'driver.dropped')).toHaveLength(1);
      expect(await lost.session.ask('probe', {})).toMatchObject({ ok: false, why: 'gone' });
    }
    expect(valueOf(await carol.session.ask('probe', {})).phone).not.toBeNull();
    await carol.session.kill();
    await driver.close();
  });

  it('that hang are ended, and open questions are answered gone', async () => {
    const { driver, engines } = startHouse();
    const witness = await connect(driver);
    engines[0]?.freeze();
    const question = witness.session.ask('probe', {});
    expect(await witness.ended()).toMatchObject({ reason: 'engine_gone' });
    expect(await question).toMatchObject({ ok: false, why: 'gone' });
    await driver.close();
  });

  it('say dropped only when the browsers of the dead host are gone', async () => {
    let release = (_gone: boolean): void => {};
    const gone = new Promise<boolean>((resolve) => (release = resolve));
    const { driver, engines } = startHouse(8, () => gone);
    const witness = await connect(driver);
    engines[0]?.die();
    await witness.saw('driver.broken');
    expect(witness.facts.map(({ type }) => type)).not.toContain('driver.dropped');
    release(true);
    await witness.saw('driver.dropped');
    await driver.close();
  });

  it('leave a session to its deadline, and the runtime alone, when the system can’t be asked about its remains', async () => {
    let asked = 0;
    const { driver, engines } = startHouse(8, async () => {
      if ((asked += 1) === 1) throw new Error('too many open files');
      return true;
    });
    const witness = await connect(driver);
    engines[0]?.die();
    await witness.saw('driver.broken');
    await expect.poll(() => asked).toBe(1);
    expect(witness.facts.map(({ type }) => type)).not.toContain('driver.dropped');
    await witness.session.kill();
    expect(await witness.ended()).toEqual({ type: 'driver.closed' });
    await driver.close();
  });

  it('are given up, and the runtime is not, when the system can’t be asked whether they have ended', async () => {
    const { driver, engines, hosts } = startHouse();
    const witness = await connect(driver);
    engines[0]!.end = async () => {
      throw new Error('too many open files');
    };
    engines[0]!.freeze();
    expect(await witness.ended()).toMatchObject({ type: 'driver.dropped', reason: 'engine_gone' });
    expect(hosts.count).toBe(0);
    await driver.close();
  });

  it('close their sessions and leave when the runtime has gone', async () => {
    const { provider, driver, engines } = startHouse();
    await Promise.all([connect(driver), connect(driver)]);
    await engines[0]?.lose();
    expect(provider.liveSessions()).toBe(0);
    await driver.close();
  });

  it('close their sessions and leave when the runtime no longer renews their deadline', async () => {
    const { provider, driver, engines } = startHouse();
    const witness = await connect(driver);
    await engines[0]?.deafen();
    expect(provider.liveSessions()).toBe(0);
    expect(witness.facts.at(-1)).toEqual({ type: 'driver.closed' });
    await driver.close();
  });

  it('lose no more than the session whose obstacles can’t be told', async () => {
    const { hosts, driver } = startHouse();
    const { provider, can } = driver;
    const obstacle = (): never => {
      throw new Error('the disk can’t be asked');
    };
    const unsure = createRemoteDriver({ provider, can, hosts, endRemains: async () => true, obstacle });
    const witness = openSession(unsure, randomUUID(), QUICK, WAIT_MS);
    expect(await witness.ended()).toMatchObject({ type: 'driver.dropped', reason: 'engine_gone' });
    await driver.close();
  });

  it('are not started for a session that can’t be opened on this machine now', async () => {
    const { hosts, driver } = startHouse();
    const obstacle = { reason: 'disk_full', detail: 'no room' } as const;
    const { provider, can } = driver;
    const obstructed = createRemoteDriver({
      provider,
      can,
      hosts,
      endRemains: async () => true,
      obstacle: () => obstacle,
    });
    const witness = openSession(obstructed, randomUUID(), QUICK, WAIT_MS);
    expect(await witness.ended()).toEqual({ type: 'driver.dropped', ...obstacle });
    expect(hosts.count).toBe(0);
    await driver.close();
  });

  it('wait for a session’s own force for longer than its driver tries', () => {
    expect(ENGINE_LIMITS.sessionKillMsMax - BROWSER_FORCE_MS_MAX).toBeGreaterThanOrEqual(1_000);
    expect(ENGINE_LIMITS.sessionKillMsMax).toBeLessThan(KILL_DEADLINE_MS);
  });

  it('are asked to kill once more when they could not, and what kept them was ended from outside', async () => {
    let remains = true;
    const { driver, provider } = startHouse(
      8,
      async () => !(remains = false),
      (inner) => ({
        ...inner,
        open(opening, report) {
          const session = inner.open(opening, report);
          const kill = async (): Promise<void> => {
            if (remains) throw new Error('the launch of the browser neither succeeds nor fails');
            await session.kill();
          };
          return { ask: (name, question) => session.ask(name, question), kill };
        },
      }),
    );
    const witness = await connect(driver);
    await witness.session.kill();
    expect(witness.facts.at(-1)).toEqual({ type: 'driver.closed' });
    expect(provider.liveSessions()).toBe(0);
    await driver.close();
  });

  it('kill a session whose host hangs without waiting for that host', async () => {
    const { driver, engines, provider } = startHouse();
    const witness = await connect(driver);
    engines[0]?.freeze();
    await witness.session.kill();
    expect(provider.liveSessions()).toBe(0);
    expect(witness.facts.at(-1)).toMatchObject({ type: expect.stringMatching(/closed|dropped/) as string });
    await driver.close();
  });
});
