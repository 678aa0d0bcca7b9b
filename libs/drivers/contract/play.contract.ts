import { afterAll, afterEach, beforeAll, expect, type TestContext } from 'vitest';
import type { DriverCapability } from '#libs/contracts/capabilities';
import { isLastFact } from '#libs/contracts/session';
import { openSession, valueOf, type Witness } from '../witness.contract.js';
import type { DriverHarness, People } from './harness.contract.js';

let lastPhone = 380_440_000_000;
export const newPhone = (): string => `+${(lastPhone += 1)}`;

export interface Opened {
  readonly accountId: string;
  readonly witness: Witness;
}

export interface Connected extends Opened {
  readonly phone: string;
}

/** One network with its sessions, for the length of a suite. */
export interface Play {
  readonly harness: DriverHarness;
  open(accountId?: string): Opened;
  /** Opens, scans, and waits for ready. */
  connect(phone?: string): Promise<Connected>;
  /**
   * Called in a section: gives all its stories one account that stays connected, for those that leave its session as it
   * is. A login in a real browser takes seconds.
   */
  resident(): () => Promise<Connected>;
  close(witness: Witness): Promise<void>;
  /** Other people; the test is left out, with the reason, when the driver can't do what it is about or nobody plays them. */
  people(test: TestContext, ...capabilities: readonly DriverCapability[]): People;
}

/** Begins and ends the network with the suite. Whatever a test did: one last fact, nothing after it, nothing left. */
export function setPlay(start: () => Promise<DriverHarness>): Play {
  let harness: DriverHarness;
  const opened: Opened[] = [];
  beforeAll(async () => {
    harness = await start();
  });
  afterAll(() => harness.stop());
  const endAll = async (ended: readonly Opened[]): Promise<void> => {
    await Promise.all(ended.map(({ witness }) => witness.session.kill()));
    await new Promise((resolve) => setTimeout(resolve, harness.quietMs));
    for (const { accountId, witness } of ended) {
      expect(witness.facts.filter(isLastFact)).toHaveLength(1);
      expect(witness.facts.findIndex(isLastFact)).toBe(witness.facts.length - 1);
      expect(await harness.resourcesOf(accountId)).toEqual([]);
    }
  };
  afterEach(() => endAll(opened.splice(0)));
  const play: Play = {
    get harness() {
      return harness;
    },
    open(accountId = harness.accountId()) {
      const one = { accountId, witness: openSession(harness.driver, accountId, harness.settings, harness.waitMsMax) };
      opened.push(one);
      return one;
    },
    async connect(phone = newPhone()) {
      const { accountId, witness } = play.open();
      await witness.saw('driver.qr');
      await harness.scan(accountId, phone);
      await witness.saw('driver.ready');
      return { accountId, witness, phone };
    },
    resident() {
      let here: Connected | null = null;
      afterAll(() => endAll(here ? [here] : []));
      return async () => {
        if (here && !here.witness.facts.some(isLastFact)) return here;
        here = await play.connect();
        opened.splice(
          opened.findIndex(({ witness }) => witness === here?.witness),
          1,
        ); // it outlives this story
        return here;
      };
    },
    async close(witness) {
      valueOf(await witness.session.ask('close', {}));
      await witness.saw('driver.closed');
    },
    people({ skip }, ...capabilities) {
      const missing = capabilities.filter((capability) => !harness.driver.can.has(capability));
      if (missing.length > 0) skip(`the driver can’t: ${missing.join(', ')}`);
      return harness.people ?? skip('nobody plays the other people');
    },
  };
  return play;
}
