import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { Driver } from '../driver.js';
import type { DriverHarness, People } from '../contract/harness.contract.js';
import type { Clock, Dice, LoginStore } from './ports.js';
import { SimulatedProvider } from './simulated.provider.js';

export const realClock: Clock = {
  now: () => Date.now(),
  setTimeout: (run, afterMs) => setTimeout(run, afterMs),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};
export const realDice: Dice = { next: () => Math.random() };
export const QUICK = { launchMs: 2, readyMs: 2, autoScanMs: 2, ackMs: 2, deliveryMs: 2, closeMs: 2 };
/** All takes milliseconds; beside compilers and other specs, at times, a second. */
export const WAIT_MS = 15_000;

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
    tickMs: 2,
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
    people: simulatedPeople(provider),
    stop: async () => {
      await driver.close();
      await provider.close();
    },
  };
}

function simulatedPeople(provider: SimulatedProvider): People {
  const { phones } = provider;
  const nobody = '+380449999999';
  provider.removePhone(nobody);
  return {
    nobody,
    sendFile: async (accountId, { from, text, ...media }) =>
      phones.send(accountId, { from, text, media, kind: 'image', providerMessageId: randomUUID() }),
    answer: async (accountId, message) => phones.send(accountId, { ...message, providerMessageId: randomUUID() }),
    react: async (accountId, reaction) => phones.react(accountId, reaction),
    edit: async (accountId, edit) => phones.edit(accountId, edit),
    revoke: async (accountId, revoke) => phones.revoke(accountId, revoke),
    createGroup: async (accountId, { name, members }) => {
      const id = `${randomUUID()}@g.us`;
      const owner = provider.phoneOf(accountId);
      phones.createGroup({ id, name, owner, members: [owner, ...members] });
      return id;
    },
    addToGroup: async (accountId, { chatId, person }) =>
      phones.changeGroup({
        chatId,
        change: 'added',
        by: provider.phoneOf(accountId),
        people: [person],
        text: null,
        providerMessageId: randomUUID(),
      }),
    async sees(accountId, providerMessageId) {
      const line = phones.sees(accountId, providerMessageId);
      const content = provider.messages.find(providerMessageId)?.content;
      if (!line || !content) return null;
      const { kind, text, revoked, reactions } = line;
      const bytes = 'media' in content ? content.media.bytes : null;
      return { kind, text, revoked, reactions: [...(reactions?.values() ?? [])], bytes };
    },
  };
}
