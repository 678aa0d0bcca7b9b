import type { ClientOptions } from 'whatsapp-web.js';
import type { FoundBrowser } from './browser-finder.js';
import { browserFlags, headlessMode } from './browser-flags.js';
import type { Profile } from '../login/profile.js';

/** A browser that answers nothing for so long is as good as dead; puppeteer's own limit is 180 s. */
const PROTOCOL_MS_MAX = 30_000;
/** Puppeteer's wait for a new browser. */
const LAUNCH_MS_MAX = 30_000;

/** How library and browser are started on a profile. `forcing` kills a launch that is under way. */
export function clientOptions(
  browser: FoundBrowser,
  profile: Profile,
  chromiumArgs: readonly string[],
  forcing: AbortSignal,
): ClientOptions {
  return {
    webVersionCache: { type: 'none' }, // else a page is stored and served for ever
    takeoverOnConflict: false, // two who take over from each other never end
    qrMaxRetries: 0, // the account counts the codes
    puppeteer: {
      executablePath: browser.path,
      headless: headlessMode(browser.kind),
      pipe: true, // a browser whose host dies leaves by itself, properly
      userDataDir: profile.path,
      args: browserFlags(chromiumArgs, browser.kind),
      timeout: LAUNCH_MS_MAX,
      protocolTimeout: PROTOCOL_MS_MAX,
      defaultViewport: null,
      handleSIGINT: false, // closing is ours: puppeteer's way at a signal is SIGKILL, which may lose the login
      handleSIGTERM: false,
      handleSIGHUP: false,
      signal: forcing,
    },
  };
}
