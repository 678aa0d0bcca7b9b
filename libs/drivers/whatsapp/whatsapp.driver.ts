import { join, resolve } from 'node:path';
import type { Driver } from '../driver.js';
import type { BrowserWish } from './browser/browser-finder.js';
import { WHATSAPP_CAN } from './capabilities.js';
import type { DriverLog } from './driver-log.js';
import { GuardedSession } from './login/guarded-session.js';
import { ProfileBrowser } from './browser/profile-browser.js';
import { whileUnused } from './login/profile-lock.js';
import { moveLoginAside, profileOf } from './login/profile.js';
import { WhatsappSession } from './whatsapp.session.js';

export interface WhatsappDriverOptions {
  /**
   * Profiles live in `sessions/session-{accountId}` below it, last good copies in `sessions/good`, logins moved aside in
   * `sessions/trash`.
   */
  readonly dataDir: string;
  readonly browser: {
    /** CHROMIUM_PATH; null looks around. */
    readonly chromiumPath: string | null;
    /** CHROMIUM_ARGS, one flag an item. */
    readonly chromiumArgs: readonly string[];
    readonly whatsappBrowser: BrowserWish['whatsappBrowser'];
  };
  /** Milliseconds: how often a connected page is asked for a sign of life, and how long it may take. */
  readonly probe: { readonly everyMs: number; readonly answerMsMax: number };
  readonly log: DriverLog;
}

/** WhatsApp by the library whatsapp-web.js as published, in one real browser per account. */
export function createWhatsappDriver({ dataDir, browser, probe, log }: WhatsappDriverOptions): Driver {
  const wish: BrowserWish = {
    chromiumPath: browser.chromiumPath,
    whatsappBrowser: browser.whatsappBrowser,
    cacheDir: join(resolve(dataDir), 'browser'),
  };
  return {
    provider: 'whatsapp',
    can: WHATSAPP_CAN,
    open(opening, report) {
      const profile = profileOf(dataDir, opening.accountId);
      const { chromiumArgs } = browser;
      const attempt = (hear: typeof report) => {
        const owned = new ProfileBrowser({ profile, epoch: opening.epoch, wish, chromiumArgs, log });
        const session = new WhatsappSession(owned, opening, log, hear, probe);
        return { session, leftProperly: () => owned.leftProperly() };
      };
      return new GuardedSession({ profile, opening, log, attempt }, report);
    },
    discardLogin: (accountId) => discardLogin(dataDir, accountId, log),
    close: async () => {},
  };
}

/** Throws when a session still holds the profile. */
async function discardLogin(dataDir: string, accountId: string, log: DriverLog): Promise<void> {
  const profile = profileOf(dataDir, accountId);
  const movedTo = await whileUnused(profile, () => moveLoginAside(profile, new Date()));
  if (movedTo !== null) log.info({ accountId, movedTo }, 'the saved login was moved aside');
}
