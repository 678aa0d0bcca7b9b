import type { HTTPRequest, Page } from 'puppeteer';

/** A page whose server failed has nothing in it that could start. */
const SERVER_ERROR = 500;
/** What Chromium shows instead of a site that can't be reached. */
const ERROR_PAGE = 'chrome-error:';

export interface SiteListener {
  /** The site answered with an error of its own (a status of 500 or more). */
  siteFailed(status: number): void;
  /** The browser shows an error page of its own: the site is not there. `detail` is the browser's word for it. */
  siteUnreachable(detail: string): void;
}

/** What the site answered when the page asked for its document, at first and at each reload. */
export class SiteAnswer {
  private request: HTTPRequest | null = null;
  private status: number | null = null;
  private failure = 'no answer';

  constructor(page: Page, listener: SiteListener) {
    const isDocument = (request: HTTPRequest): boolean =>
      request.isNavigationRequest() && request.frame() === page.mainFrame();
    page.on('request', (request) => {
      if (!isDocument(request)) return;
      this.request = request;
      this.status = null;
    });
    page.on('response', (response) => {
      if (!isDocument(response.request()) || isRedirection(response.status())) return;
      this.status = response.status();
      if (this.status >= SERVER_ERROR) listener.siteFailed(this.status);
    });
    page.on('requestfailed', (request) => {
      if (!isDocument(request)) return;
      this.failure = request.failure()?.errorText ?? this.failure;
      if (request === this.request) this.request = null;
    });
    page.on('framenavigated', (frame) => {
      if (frame === page.mainFrame() && frame.url().startsWith(ERROR_PAGE)) listener.siteUnreachable(this.failure);
    });
  }

  /** The document was asked for, and nothing came yet. */
  isAwaited(): boolean {
    return this.request !== null && this.status === null;
  }

  inWords(): string {
    return this.status === null ? 'the site did not answer' : `the site answered ${this.status}`;
  }
}

const isRedirection = (status: number): boolean => status >= 300 && status < 400;
