import type { Page } from 'puppeteer';
import { textOf } from './launch-failure.js';
import { look, type PageLook } from './page-scripts.js';
import type { ProbedPage } from './sign-of-life.js';

/** How a page of a real browser is asked for signs of life. `looked` gets what each answer shows. */
export function probedPage(page: Page, looked: (look: PageLook) => void): ProbedPage {
  return {
    async answer() {
      try {
        looked(await page.evaluate(look));
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
