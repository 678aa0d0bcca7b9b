import type { Page } from 'puppeteer';
import { textOf } from '../launch-failure.js';
import { look, type PageLook } from './page-scripts.js';
import type { ProbedPage } from './sign-of-life.js';

export interface ProbeListener {
  /** What an answer shows. */
  found(look: PageLook): void;
  /** The page loads itself again, and the site has not answered yet. */
  siteAwaited(): void;
}

/**
 * How a page of a real browser is asked for signs of life. While a navigation waits for the site, Chromium holds back what
 * is sent to the page: it lives, and can't be asked.
 */
export function probedPage(page: Page, isSiteAwaited: () => boolean, listener: ProbeListener): ProbedPage {
  return {
    async answer() {
      if (isSiteAwaited()) return listener.siteAwaited();
      try {
        listener.found(await page.evaluate(look));
      } catch (error) {
        // An exception in the page, or a page that goes elsewhere meanwhile: there is life in it.
        if (isSilence(error)) throw error;
      }
    },
    browserAnswers: async () => void (await page.browser().version()),
  };
}

function isSilence(error: unknown): boolean {
  return /protocolTimeout|Target closed|Session closed|Connection closed/i.test(textOf(error));
}
