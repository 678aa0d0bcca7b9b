import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { connectSimulatorControl, type SimulatorControl } from '#apps/simulator/control/control-client';
import { startSimulator } from '#apps/simulator/simulator';
import type { SessionOpening } from '#libs/contracts/session';
import type { Driver } from '#libs/drivers/driver';
import { createWhatsappDriver, type WhatsappDriverOptions } from '#libs/drivers/whatsapp/whatsapp.driver';
import { openSession, type Witness } from '#libs/drivers/witness.contract';
import type { ProcessEntry } from '#libs/processes/process-entry';
import { listUsersOfProfile } from '#libs/processes/process-table';

/** Far longer than anything here takes on a busy machine: the longest tries launches for 10 s when nobody else works. */
export const WAIT_MS = 60_000;
/** A change that was never told is found within a second; and a page that has to share its processor is not called hung. */
const PROBE = { everyMs: 1_000, answerMsMax: 10_000 };

/** The WhatsApp driver against a stand-in of its own, with everything in one folder. */
export interface WhatsappStage {
  readonly control: SimulatorControl;
  readonly driver: Driver;
  readonly dataDir: string;
  /** `saved`: its last session was connected, as the account knows it. */
  open(accountId?: string, login?: SessionOpening['login']): { accountId: string; witness: Witness };
  /** Opened, its code scanned by this number, ready. */
  paired(phone: string, accountId?: string): Promise<{ accountId: string; witness: Witness }>;
  profileOf(accountId: string): string;
  browsersOf(accountId: string): readonly ProcessEntry[];
  /** What is still held for an account, in words. */
  remainsOf(accountId: string): readonly string[];
  /** Ends all sessions; none may have left anything. */
  clear(): Promise<void>;
  end(): Promise<void>;
}

/** What goes wrong is shown beside the test that meets it. */
const LOG = {
  debug: () => undefined,
  info: () => undefined,
  warn: (data: object, text: string) => console.warn(text, data),
  error: (data: object, text: string) => console.error(text, data),
};

/** `chromiumArgs` come after those that lead to the stand-in. */
export async function openWhatsappStage(
  browser: Partial<WhatsappDriverOptions['browser']> = {},
  probe: WhatsappDriverOptions['probe'] = PROBE,
): Promise<WhatsappStage> {
  const folder = mkdtempSync(join(tmpdir(), 'whatsapp-driver-'));
  const simulator = await startSimulator({ dataDir: join(folder, 'simulator') });
  const control = connectSimulatorControl(`http://127.0.0.1:${simulator.controlPort}`);
  const dataDir = join(folder, 'data');
  const driver = createWhatsappDriver({
    dataDir,
    browser: {
      chromiumPath: null,
      whatsappBrowser: 'auto',
      ...browser,
      chromiumArgs: [...simulator.chromiumArgs, ...(browser.chromiumArgs ?? [])],
    },
    probe,
    log: LOG,
  });
  const opened: { accountId: string; witness: Witness }[] = [];
  const stage: WhatsappStage = {
    control,
    driver,
    dataDir,
    open(accountId = randomUUID(), login = 'none') {
      const one = { accountId, witness: openSession(driver, accountId, {}, WAIT_MS, login) };
      opened.push(one);
      return one;
    },
    async paired(phone, accountId) {
      const one = stage.open(accountId);
      const { qr } = await one.witness.saw('driver.qr');
      await control.scan({ qr, number: phone });
      await one.witness.saw('driver.ready');
      return one;
    },
    profileOf: (accountId) => join(dataDir, 'sessions', `session-${accountId}`),
    browsersOf: (accountId) => listUsersOfProfile(stage.profileOf(accountId)),
    remainsOf(accountId) {
      const lock = join(dataDir, 'sessions', 'locks', `session-${accountId}`);
      const locks = existsSync(lock) ? readdirSync(lock) : [];
      return [
        ...stage.browsersOf(accountId).map(({ pid }) => `process ${pid}`),
        ...locks.map((name) => `lock ${name}`),
      ];
    },
    async clear() {
      const all = opened.splice(0);
      await Promise.all(all.map(({ witness }) => witness.session.kill()));
      for (const { accountId } of all) expect(stage.remainsOf(accountId)).toEqual([]);
      await control.reset();
    },
    async end() {
      await stage.clear();
      await simulator.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
  return stage;
}
