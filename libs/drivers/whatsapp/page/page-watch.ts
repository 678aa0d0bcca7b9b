import type { Browser, Page } from 'puppeteer';
import type { ReasonCode } from '#libs/contracts/reasons';
import type { LaunchWait } from '#libs/contracts/session';
import { textOf } from '../launch-failure.js';
import { LaunchWatch } from './launch-watch.js';
import { isLoggedOutAddress } from './log-out.js';
import { look, type PageLook } from './page-scripts.js';
import { probedPage } from './probed-page.js';
import { type ProbeTimes, SignOfLife } from './sign-of-life.js';
import { SiteAnswer } from './site-answer.js';

/** A page also closes when its browser goes; that is told within this time. */
const BROWSER_LEAVES_WITH_PAGE_MS = 200;

export interface PageListener {
  launchWaits(on: LaunchWait): void;
  brokeDown(reason: ReasonCode, detail: string): void;
  /** The page went where WhatsApp sends those that are logged out. */
  wasSentAway(): void;
  /** What a probe of the connected page found. */
  found(look: PageLook): void;
  /** The connected page loads itself again, and the site does not answer. */
  siteAwaited(): void;
}

/** The ends of a page and its browser that the library says nothing of, and the silences of both. */
export class PageWatch {
  private readonly site: SiteAnswer;
  private readonly launch: LaunchWatch;
  private readonly sign: SignOfLife;

  constructor(
    browser: Browser,
    private readonly page: Page,
    probe: ProbeTimes,
    private readonly listener: PageListener,
  ) {
    browser.on('disconnected', () => listener.brokeDown('browser_gone', 'the browser ended by itself'));
    page.on('error', (error) => listener.brokeDown('page_crashed', textOf(error)));
    page.on('close', () => this.closed(browser));
    page.on('framenavigated', (frame) => {
      if (frame === page.mainFrame() && isLoggedOutAddress(frame.url())) listener.wasSentAway();
    });
    const site = new SiteAnswer(page, {
      siteFailed: (status) => this.siteFailed(status),
      siteUnreachable: (detail) => listener.brokeDown('page_unreachable', detail),
    });
    this.site = site;
    const isSiteAwaited = (): boolean => site.isAwaited();
    const probed = probedPage(page, isSiteAwaited, listener);
    this.launch = new LaunchWatch(
      { isSiteAwaited, look: () => page.evaluate(look), browserAnswers: () => probed.browserAnswers() },
      (on) => listener.launchWaits(on),
    );
    this.sign = new SignOfLife(probed, probe, (detail) => listener.brokeDown('page_hung', detail));
  }

  /** From now on, and until the provider shows itself, what the launch waits for is told. */
  launching(): void {
    void this.launch.run();
  }

  launched(): void {
    this.launch.stop();
  }

  /** Connected: asked for signs of life until it is stopped. */
  connected(): void {
    this.sign.start();
  }

  stop(): void {
    this.launch.stop();
    this.sign.stop();
  }

  siteInWords(): string {
    return this.site.inWords();
  }

  /** Told at once: this document will not start, however long it is waited for. */
  private siteFailed(status: number): void {
    this.listener.launchWaits('page');
    this.listener.brokeDown('page_did_not_boot', `the site answered ${status}`);
  }

  private closed(browser: Browser): void {
    setTimeout(() => {
      if (browser.connected) this.listener.brokeDown('page_closed', 'the page was closed');
    }, BROWSER_LEAVES_WITH_PAGE_MS).unref();
  }
}
