import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { Driver } from '../driver.js';
import type { DriverHarness } from '../driver.contract.js';
import type { Clock, Dice, LoginStore } from './ports.js';
import { SimulatedProvider } from './simulated.provider.js';

export const realClock: Clock = {
  now: () => Date.now(),
  setTimeout: (run, afterMs) => setTimeout(run, afterMs),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};
export const realDice: Dice = { next: () => Math.random() };
export const QUICK = { launchMs: 2, readyMs: 2, autoScanMs: 2, ackMs: 2, deliveryMs: 2, closeMs: 2 };
export const WAIT_MS = 2_000;

export function newProvider(store: LoginStore | null = null): SimulatedProvider {
  return new SimulatedProvider(realClock, realDice, store);
}

/** Plays the phones and servers of the simulated network for the contract suite, whichever way its driver is reached. */
export function simulatedHarness(provider: SimulatedProvider, driver: Driver): DriverHarness {
  return {
    driver,
    settings: { ...QUICK, scan: 'manual' },
    waitMsMax: WAIT_MS,
    quietMs: 10,
    accountId: () => randomUUID(),
    scan: async (accountId, phone) => expect(provider.scan(accountId, phone)).toBe(true),
    enterPairingCode: async (accountId, _code, phone) => expect(provider.scan(accountId, phone)).toBe(true),
    write: async (accountId, message) => provider.write(accountId, { ...message, providerMessageId: randomUUID() }),
    refuseSends: async (accountId) => provider.setFaults(accountId, { refuseSends: 'no' }),
    logOutOnPhone: async (accountId) => expect(provider.logOutOnPhone(accountId)).toBe(true),
    cutOff: async (accountId) => expect(provider.degrade(accountId)).toBe(true),
    listsDevice: async (accountId) => provider.listsDevice(accountId),
    crash: async (accountId) => expect(provider.drop(accountId, 'browser_gone')).toBe(true),
    resourcesOf: async (accountId) => (provider.isLive(accountId) ? ['a live session'] : []),
    arrivals: async (accountId, text) =>
      provider.messages
        .all()
        .filter((message) => message.accountId === accountId && message.text === text)
        .reduce((sum, { arrivals }) => sum + arrivals, 0),
    stop: async () => {
      await driver.close();
      await provider.close();
    },
  };
}
