import { textContent } from '#libs/contracts/content';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '#test/support/virtual-clock';
import { driverContract } from '../driver.contract.js';
import { openSession, valueOf } from '../witness.contract.js';
import { loginFile } from './login-file.js';
import type { Clock } from './ports.js';
import { createSimulatedDriver } from './simulated.driver.js';
import { newProvider, QUICK, realClock, realDice, simulatedHarness, WAIT_MS } from './simulated.harness.contract.js';
import { SimulatedProvider } from './simulated.provider.js';

driverContract('simulated', async () => {
  const provider = newProvider();
  return simulatedHarness(provider, createSimulatedDriver(provider));
});

describe('the simulated network', () => {
  it('scans a new account by itself and gives it a number of its own', async () => {
    const provider = newProvider();
    const witness = openSession(createSimulatedDriver(provider), randomUUID(), QUICK, WAIT_MS);
    await witness.saw('driver.qr');
    const { phone } = await witness.saw('driver.ready');
    expect(phone).toMatch(/^\+999\d{12}$/);
    await witness.session.kill();
  });

  it('replaces a code that nobody scans', async () => {
    const settings = { ...QUICK, scan: 'manual', qrLifetimeMs: 10 };
    const witness = openSession(createSimulatedDriver(newProvider()), randomUUID(), settings, WAIT_MS);
    const first = await witness.saw('driver.qr');
    const second = await witness.saw('driver.qr');
    expect(second.attempt).toBe(2);
    expect(second.qr).not.toBe(first.qr);
    await witness.session.kill();
  });

  it('tells how far a login has come that takes so long that somebody may watch', async () => {
    const settings = { ...QUICK, readyMs: 500, jitter: 0 };
    const clock = createVirtualClock(); // real timers come late together, and in another order
    const provider = new SimulatedProvider(clock, realDice);
    const witness = openSession(createSimulatedDriver(provider), randomUUID(), settings, WAIT_MS);
    await clock.advance(1_000);
    await witness.saw('driver.ready');
    const told = witness.facts.flatMap((fact) => (fact.type === 'driver.loading' ? [fact.percent] : []));
    expect(told).toEqual([0, 20, 40, 60, 80]);
    await witness.session.kill();
  });

  it('carries a message from one account to another, also to one that is offline for now', async () => {
    const provider = newProvider();
    const driver = createSimulatedDriver(provider);
    const alice = openSession(driver, randomUUID(), QUICK, WAIT_MS);
    await alice.saw('driver.ready');
    const bobId = randomUUID();
    const bob = openSession(driver, bobId, { ...QUICK, phone: '+380441112233' }, WAIT_MS);
    await bob.saw('driver.ready');
    const send = async (messageId: string, text: string): Promise<void> => {
      const to = '+380441112233';
      const { providerMessageId } = valueOf(await alice.session.ask('prepare', { messageId, to }));
      valueOf(await alice.session.ask('send', { providerMessageId, to, content: textContent(text), quoted: null }));
    };
    await send('1', 'hello');
    expect((await bob.saw('driver.received')).message.text).toBe('hello');
    await bob.session.kill();
    await send('2', 'are you there?');
    await alice.saw('driver.acknowledged');
    const back = openSession(driver, bobId, QUICK, WAIT_MS);
    expect((await back.saw('driver.received')).message.text).toBe('are you there?');
    await Promise.all([alice.session.kill(), back.session.kill()]);
    await provider.close();
  });

  it('answers gone to what it swallowed when the session is ended, and says nothing on a hanging close', async () => {
    const provider = newProvider();
    const accountId = randomUUID();
    const witness = openSession(createSimulatedDriver(provider), accountId, QUICK, WAIT_MS);
    await witness.saw('driver.ready');
    provider.setFaults(accountId, { swallowAnswers: true });
    const swallowed = witness.session.ask('probe', {});
    provider.setFaults(accountId, { swallowAnswers: false, hangOnClose: true });
    valueOf(await witness.session.ask('close', {}));
    await witness.session.kill();
    expect(await swallowed).toMatchObject({ ok: false, why: 'gone' });
    expect(witness.facts.at(-1)).toEqual({ type: 'driver.closed' });
  });

  it('degrades with the network and recovers with it; a start meanwhile is dropped', async () => {
    const provider = newProvider();
    const driver = createSimulatedDriver(provider);
    const witness = openSession(driver, randomUUID(), QUICK, WAIT_MS);
    await witness.saw('driver.ready');
    provider.setReachable(false);
    await witness.saw('driver.degraded');
    const late = openSession(driver, randomUUID(), QUICK, WAIT_MS);
    expect(await late.ended()).toMatchObject({ type: 'driver.dropped', reason: 'page_unreachable' });
    provider.setReachable(true);
    await witness.saw('driver.ready');
    await witness.session.kill();
  });

  it('finds its logins again after a restart of the process', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'muster-logins-'));
    try {
      const accountId = randomUUID();
      const before = newProvider(loginFile(folder));
      await before.load();
      const first = openSession(createSimulatedDriver(before), accountId, QUICK, WAIT_MS);
      const { phone } = await first.saw('driver.ready');
      await first.session.kill();
      await before.close();

      const after = newProvider(loginFile(folder));
      await after.load();
      const second = openSession(createSimulatedDriver(after), accountId, QUICK, WAIT_MS);
      expect(await second.saw('driver.ready')).toEqual({ type: 'driver.ready', phone });
      expect(second.facts.map((fact) => fact.type)).not.toContain('driver.qr');
      await second.session.kill();
      await after.close();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('carries ten thousand idle sessions without a timer each', async () => {
    const started = new Set<unknown>();
    const counting: Clock = {
      now: () => realClock.now(),
      setTimeout: (run, afterMs) => {
        const timer = setTimeout(() => {
          started.delete(timer);
          run();
        }, afterMs);
        started.add(timer);
        return timer;
      },
      clearTimeout: (timer) => {
        started.delete(timer);
        realClock.clearTimeout(timer);
      },
    };
    const provider = new SimulatedProvider(counting, realDice);
    const driver = createSimulatedDriver(provider);
    const settings = { launchMs: 1, readyMs: 1, autoScanMs: 1 };
    const before = process.memoryUsage().heapUsed;
    let ready = 0;
    const sessions = await new Promise<ReturnType<typeof driver.open>[]>((resolve) => {
      const all = Array.from({ length: 10_000 }, (_, at) =>
        driver.open({ accountId: `account-${at}`, incarnation: 1, epoch: 1, login: 'none', settings }, (fact) => {
          if (fact.type === 'driver.ready' && (ready += 1) === 10_000) resolve(all);
        }),
      );
    });
    expect(started.size).toBe(0);
    expect((process.memoryUsage().heapUsed - before) / 10_000).toBeLessThan(6_000);
    await Promise.all(sessions.map((session) => session.kill()));
    expect(provider.liveSessions()).toBe(0);
    expect(provider.overlaps).toBe(0);
  });
});
