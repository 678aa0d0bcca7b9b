import type { Browser, Page } from 'puppeteer';
import type { AuthStrategy, Client, ClientOptions } from 'whatsapp-web.js';
import { isNavigationMeanwhile, isUnanswered } from './launch-failure.js';
import { isWatched, look } from './page/page-scripts.js';
import { meaningOf } from './page/socket-state.js';
import { pause, within } from './time-limit.js';

/** A navigation that breaks an injection brings the next one within this time; otherwise it was the last word. */
const NEXT_NAVIGATION_MS_MAX = 2_000;
/** A page with nothing to do answers in milliseconds. */
const IDLE_ANSWER_MS_MAX = 1_000;

/** What a client tells of its own life, beside the library's events. */
export interface ClientOwner {
  /** The browser runs and has a page; nothing is loaded yet. Told once. */
  browserIsUp(browser: Browser, page: Page): Promise<void>;
  /** The library is in the page: at first, and again after each reload. */
  isInjected(): Promise<void>;
  /** The page was replaced by another document; the library goes in again. */
  isReloading(): void;
  /** After a reload the library did not get in. */
  isLost(error: unknown): void;
  /** Nothing is injected any more. */
  isEnding(): boolean;
}

export interface WhatsappClient extends Client {
  /** Closes the browser properly; the library's own `destroy` does nothing here, since the owner alone closes. */
  closeBrowser(): Promise<void>;
}

export type Library = typeof import('whatsapp-web.js');

/** The library's typings leave these out. */
interface Hidden {
  inject(): Promise<void>;
  destroy(): Promise<void>;
}

/** An optional dependency; it also fails to load when one of its own parts is missing. */
export async function loadLibrary(): Promise<{ ok: true; library: Library } | { ok: false; detail: string }> {
  try {
    const module = await import('whatsapp-web.js');
    return { ok: true, library: module.default };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    return { ok: false, detail: `the package whatsapp-web.js could not be loaded (${code}); run npm ci again` };
  }
}

/**
 * The library as published, but for four things that it does behind its owner's back: it injects itself after a navigation
 * in a promise that nobody holds (one failure would end the process), does so for every frame, closes the browser by itself,
 * and reads each answer of the site for a cache that we don't use, in a promise that nobody holds either. And it waits for
 * the socket in one single question to the page, which the protocol's time limit ends: then it begins anew.
 */
export function createWhatsappClient(library: Library, options: ClientOptions, owner: ClientOwner): WhatsappClient {
  const original = library.Client.prototype as unknown as Hidden;
  class OwnedClient extends library.Client implements WhatsappClient {
    #injectedOnce = false;
    #injections = 0;

    async inject(): Promise<void> {
      if (!this.#injectedOnce) {
        await this.#injectPatiently();
        this.#injectedOnce = true;
        return owner.isInjected();
      }
      const turn = ++this.#injections;
      try {
        await this.#injectAgain();
      } catch (error) {
        if (isNavigationMeanwhile(error)) await pause(NEXT_NAVIGATION_MS_MAX);
        if (turn === this.#injections && !owner.isEnding()) owner.isLost(error);
      }
    }

    async #injectAgain(): Promise<void> {
      // Also told for frames within the page, and for a new address of the same document: nothing was lost then.
      if (owner.isEnding() || (await this.pupPage?.evaluate(isWatched)) === true) return;
      owner.isReloading();
      await this.#injectPatiently();
      if (!owner.isEnding()) await owner.isInjected();
    }

    /** How long a socket may take is the account's to say. Nothing of the library is in the page before it has opened. */
    async #injectPatiently(): Promise<void> {
      for (;;) {
        try {
          return await original.inject.call(this);
        } catch (error) {
          if (!isUnanswered(error) || owner.isEnding() || !(await this.#waitsForSocket())) throw error;
        }
      }
    }

    async #waitsForSocket(): Promise<boolean> {
      const asked = this.pupPage?.evaluate(look).catch(() => null);
      const seen = asked === undefined ? null : await within(asked, IDLE_ANSWER_MS_MAX);
      return seen !== null && seen !== 'late' && seen.socket !== null && meaningOf(seen.socket.state).is === 'away';
    }

    async initWebVersionCache(): Promise<void> {}

    override async destroy(): Promise<void> {}

    closeBrowser(): Promise<void> {
      return original.destroy.call(this);
    }
  }
  return new OwnedClient({ ...options, authStrategy: ownedLogin(owner) });
}

/**
 * The login lives in the browser's profile and is ours to keep: the library's own strategy deletes the whole profile at a
 * log-out. Its hooks also tell when the browser is up; after a log-out the library calls them again.
 */
function ownedLogin(owner: ClientOwner): AuthStrategy {
  let client: Client | undefined;
  let told = false;
  const nothing = async (): Promise<void> => {};
  return {
    setup: (owned) => {
      client = owned;
    },
    beforeBrowserInitialized: nothing,
    afterBrowserInitialized: async () => {
      if (told || !client?.pupBrowser || !client.pupPage) return;
      told = true;
      await owner.browserIsUp(client.pupBrowser, client.pupPage);
    },
    onAuthenticationNeeded: async () => ({ failed: false, restart: false }),
    getAuthEventPayload: nothing,
    afterAuthReady: nothing,
    disconnect: nothing,
    destroy: nothing,
    logout: nothing,
  };
}
