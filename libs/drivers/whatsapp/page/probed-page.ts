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
 * is sent to the page: it lives, and can't be asked. Its browser can, and is: a frozen one waits for no site.
 */
export function probedPage(page: Page, isSiteAwaited: () => boolean, listener: ProbeListener): ProbedPage {
  const browserAnswers = async (): Promise<void> => void (await page.browser().version());
  return {
    async answer() {
      if (isSiteAwaited()) {
        await browserAnswers();
        if (isSiteAwaited()) listener.siteAwaited(); // it may have come meanwhile
        return;
      }
      try {
        listener.found(await page.evaluate(look));
      } catch (error) {
        // An exception in the page, or a page that goes elsewhere meanwhile: there is life in it.
        if (isSilence(error)) throw error;
      }
    },
    browserAnswers,
  };
}

function isSilence(error: unknown): boolean {
  return /protocolTimeout|Target closed|Session closed|Connection closed/i.test(textOf(error));
}
