import { existsSync } from 'node:fs';
import { once, type EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import wwebjs from 'whatsapp-web.js';

/** What the library has heard it tells in milliseconds. */
const HEARD_MS_MAX = 1_000;

/** The library's typings leave it out. */
const injecting = wwebjs.Client.prototype as unknown as { inject(this: wwebjs.Client): Promise<void> };

/**
 * The library as published, in a real browser. The subclass changes nothing but this: after a navigation the library injects
 * itself in a promise that nobody holds, and closing the browser in the middle of it would end the test's process.
 */
export class LibraryClient extends wwebjs.Client {
  #leaving = false;
  readonly #heardOfSync = new Promise<true>((resolve) => this.once('authenticated', () => resolve(true)));

  async inject(): Promise<void> {
    // After a CONFLICT the library closes the browser while puppeteer still answers its page, into a pipe that nobody reads.
    this.pupBrowser?.process()?.stdio[3]?.once('error', () => {});
    try {
      await injecting.inject.call(this);
    } catch (error) {
      if (!this.#leaving) throw error;
    }
  }

  /**
   * After its start: on a busy machine the page may have synced before the library listened, which then never gets ready
   * (the spec of the fault `has_synced: early` shows it). Its own handler is called then, once.
   */
  async hearOfSync(): Promise<void> {
    const hasSynced = await this.pupPage!.evaluate(`window.require('WAWebSocketModel').Socket.hasSynced`);
    if (hasSynced !== true || (await Promise.race([this.#heardOfSync, delay(HEARD_MS_MAX, false)]))) return;
    await this.pupPage!.evaluate('void window.onAppStateHasSyncedEvent()');
  }

  /** As the kernel does it when memory runs out: nobody says goodbye, and nothing more is written. */
  async kill(): Promise<void> {
    this.#leaving = true;
    const browser = this.pupBrowser;
    if (browser === undefined) throw new Error('there is no browser to kill');
    const gone = once(browser as unknown as EventEmitter, 'disconnected');
    browser.process()?.kill('SIGKILL');
    await gone;
  }

  async leave(): Promise<void> {
    this.#leaving = true;
    await this.destroy();
  }
}

/** Binaries rather than Debian's shell wrappers: a wrapper's death leaves its browser behind. */
const BROWSERS = [
  process.env.CHROMIUM_PATH,
  '/usr/lib/chromium/chromium-headless-shell',
  '/usr/lib/chromium/chromium',
  '/opt/google/chrome/chrome',
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
];

export function findBrowser(): string {
  const found = BROWSERS.find((path) => path !== undefined && existsSync(path));
  if (found === undefined) throw new Error('no browser found: set CHROMIUM_PATH, or install chromium');
  return found;
}

export interface ClientPlace {
  /** Where the profile lives; the same place again is the same browser again. */
  readonly dataPath: string;
  readonly chromiumArgs: readonly string[];
  /** Ask for a pairing code for this number instead of a QR. */
  readonly pairWithPhone?: string;
  /** How long the library waits for the page to boot. */
  readonly authTimeoutMs?: number;
  /** Press "Use here" when another page has taken the login. */
  readonly takeoverOnConflict?: boolean;
}

export function createLibraryClient(place: ClientPlace): LibraryClient {
  const { dataPath, chromiumArgs, pairWithPhone, authTimeoutMs = 20_000, takeoverOnConflict = false } = place;
  return new LibraryClient({
    authStrategy: new wwebjs.LocalAuth({ dataPath }),
    webVersionCache: { type: 'none' },
    authTimeoutMs,
    takeoverOnConflict,
    ...(pairWithPhone === undefined ? {} : { pairWithPhoneNumber: { phoneNumber: pairWithPhone } }),
    puppeteer: {
      executablePath: findBrowser(),
      headless: true,
      pipe: true,
      protocolTimeout: 20_000,
      args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', ...chromiumArgs],
    },
  });
}

/** Far longer than anything here takes on a busy machine. */
const EVENT_MS_MAX = 60_000;

/** The next `event` that satisfies, its arguments as a list. */
export function saw<Args extends unknown[]>(
  client: LibraryClient,
  event: string,
  suits: (...args: Args) => boolean = () => true,
): Promise<Args> {
  const source = client as unknown as EventEmitter;
  return new Promise((resolve, reject) => {
    const giveUp = setTimeout(() => {
      source.off(event, hear);
      reject(new Error(`no '${event}' within ${EVENT_MS_MAX} ms`));
    }, EVENT_MS_MAX);
    function hear(...args: unknown[]): void {
      if (!suits(...(args as Args))) return;
      clearTimeout(giveUp);
      source.off(event, hear);
      resolve(args as Args);
    }
    source.on(event, hear);
  });
}
