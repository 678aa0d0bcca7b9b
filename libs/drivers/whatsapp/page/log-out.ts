import type { Page } from 'puppeteer';
import { askToLogOut } from './page-scripts.js';
import { meaningOf } from './socket-state.js';
import { within } from '../time-limit.js';

/** Ending the login is one question to the servers. */
const LOGOUT_MS_MAX = 5_000;

/**
 * Ends the login of a page; true when the servers have heard it, as far as anybody outside the page can know: it had its
 * line to them, and left by itself for where WhatsApp sends those that are logged out. The library takes less for it: it
 * closes the browser as soon as the page has been asked, and phones were seen to list the device for ever.
 */
export async function logOut(page: Page): Promise<boolean> {
  const hasLeft = new Promise<void>((resolve) => {
    page.on('framenavigated', (frame) => {
      if (frame === page.mainFrame() && isLoggedOutAddress(frame.url())) resolve();
    });
  });
  const heard = page.evaluate(askToLogOut).then(async (state) => {
    await hasLeft;
    return meaningOf(state).is === 'connected';
  });
  return (await within(heard, LOGOUT_MS_MAX).catch(() => false)) === true;
}

/** Where WhatsApp sends a page that has no login any more. */
export const isLoggedOutAddress = (url: string): boolean => url.includes('post_logout=1');
