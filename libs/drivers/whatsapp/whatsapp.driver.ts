import { join, resolve } from 'node:path';
import { acquireOwnerLock } from '#libs/processes/owner-lock';
import type { Driver, DriverCapability } from '../driver.js';
import type { BrowserWish } from './browser-finder.js';
import type { DriverLog } from './driver-log.js';
import { ProfileBrowser } from './profile-browser.js';
import { moveAside, profileOf } from './profile.js';
import { WhatsappSession } from './whatsapp.session.js';

export interface WhatsappDriverOptions {
  /** Profiles live in `sessions/session-{accountId}` below it, logins moved aside in `sessions/trash`. */
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

const CAN: ReadonlySet<DriverCapability> = new Set<DriverCapability>([
  'qr',
  'pairing-code',
  'send-text',
  'lookup',
  'logout',
]);

/** WhatsApp by the library whatsapp-web.js as published, in one real browser per account. */
export function createWhatsappDriver({ dataDir, browser, log }: WhatsappDriverOptions): Driver {
  const wish: BrowserWish = {
    chromiumPath: browser.chromiumPath,
    whatsappBrowser: browser.whatsappBrowser,
    cacheDir: join(resolve(dataDir), 'browser'),
  };
  return {
    provider: 'whatsapp',
    can: CAN,
    open(opening, report) {
      const profile = profileOf(dataDir, opening.accountId);
      const { chromiumArgs } = browser;
      const owned = new ProfileBrowser({ profile, epoch: opening.epoch, wish, chromiumArgs, log });
      return new WhatsappSession(owned, opening, log, report);
    },
    discardLogin: (accountId) => discardLogin(dataDir, accountId, log),
    close: async () => {},
  };
}

/** Throws when a session still holds the profile: a login in use is not moved from under its browser. */
async function discardLogin(dataDir: string, accountId: string, log: DriverLog): Promise<void> {
  const profile = profileOf(dataDir, accountId);
  const lock = await acquireOwnerLock(profile.lock);
  if (!lock.ok) throw new Error(`the profile ${profile.path} is in use by process ${lock.holder.pid}`);
  try {
    const target = await moveAside(profile, new Date());
    if (target !== null) log.info({ accountId, movedTo: target }, 'the saved login was moved aside');
  } finally {
    await lock.release();
  }
}
