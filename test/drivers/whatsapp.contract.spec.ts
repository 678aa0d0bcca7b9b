import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { DriverHarness } from '#libs/drivers/contract/harness.contract';
import { driverContract } from '#libs/drivers/driver.contract';
import { playPeople } from './whatsapp-people.js';
import { openWhatsappStage, WAIT_MS } from './whatsapp-stage.js';

driverContract('whatsapp', async (): Promise<DriverHarness> => {
  const stage = await openWhatsappStage();
  const { control } = stage;
  const numbers = new Map<string, string>();
  const pageOfNoNumber = async (): Promise<string> => {
    const shown = async () => (await control.pages()).filter(({ qr }) => qr !== null);
    await expect.poll(shown, { timeout: WAIT_MS }).toHaveLength(1); // one that has just been closed is known for a moment
    return (await shown())[0]!.qr!;
  };
  const numberOf = (accountId: string): string => numbers.get(accountId) ?? expect.fail('not paired yet');
  return {
    driver: stage.driver,
    settings: {},
    waitMsMax: WAIT_MS,
    quietMs: 100,
    tickMs: 1_100,
    accountId: () => randomUUID(),
    async scan(accountId, phone) {
      numbers.set(accountId, phone);
      await control.scan({ qr: await pageOfNoNumber(), number: phone });
    },
    async enterPairingCode(accountId, code, phone) {
      numbers.set(accountId, phone);
      await control.enterCode({ code, number: phone });
    },
    async write(accountId, { from, text }) {
      await control.sendIn({ from, to: numberOf(accountId), text });
    },
    async refuseSends(accountId) {
      await control.setFault({ name: 'refuse_sends', number: numberOf(accountId) });
    },
    async logOutOnPhone(accountId) {
      await control.logout({ number: numberOf(accountId) });
    },
    async cutOff(accountId) {
      await control.setFault({ name: 'socket_down', number: numberOf(accountId) });
    },
    async listsDevice(accountId) {
      const devices = await control.devices();
      return devices.some(({ number, unlinked }) => `+${number}` === numberOf(accountId) && unlinked === null);
    },
    async crash(accountId) {
      const browser = stage.browsersOf(accountId).find(({ pid, groupId }) => pid === groupId);
      process.kill(browser!.pid, 'SIGKILL');
    },
    resourcesOf: async (accountId) => stage.remainsOf(accountId),
    arrivals: async (accountId, text) =>
      (await control.journal({ kind: 'message.accepted' })).filter(
        (entry) => `+${entry.number}` === numberOf(accountId) && entry.text === text,
      ).length,
    people: await playPeople(control, numberOf),
    stop: () => stage.end(),
  };
});
