import type { Browser, Page } from 'puppeteer';
import type { Message } from 'whatsapp-web.js';
import type { ReasonCode } from '#libs/contracts/reasons';
import { phoneOf } from './chat-id.js';
import { judgePageFailure, textOf } from './launch-failure.js';
import { refreshQr, sayHasSynced, type SocketView, watchSocket } from './page-scripts.js';
import type { PageMessage } from './received-message.js';
import { meaningOf } from './socket-state.js';
import type { ClientOwner, WhatsappClient } from './whatsapp.client.js';

/** The page has synced and the library is silent for so long: it listened too late. A healthy one speaks in 50 ms. */
const LIBRARY_SILENT_MS_MAX = 1_000;
/** A page also closes when its browser goes; that is told within this time. */
const BROWSER_LEAVES_WITH_PAGE_MS = 200;

/** What the client's watch tells its session; each may be told repeatedly. */
export interface WatchedSession {
  isEnding(): boolean;
  codeShown(qr: string): void;
  pairingCodeGiven(code: string): void;
  /** The login was accepted: scanned just now, or the saved one. */
  loginAccepted(): void;
  libraryReady(phone: string | null): void;
  providerLost(detail: string): void;
  providerFound(): void;
  brokeDown(reason: ReasonCode, detail: string): void;
  /** `ack` in WhatsApp's numbers. */
  acknowledged(providerMessageId: string, ack: number): void;
  messageCame(message: PageMessage): void;
}

/**
 * Turns what library, page and browser say into what it means. The library is trusted with QR codes, acknowledgements and
 * messages; of states it tells too little and too late (nothing before ready), so that the page's own socket is watched.
 */
export class ClientWatch implements ClientOwner {
  private page: Page | null = null;
  /** A login was accepted in this session: what comes after it is a log-out, not a login that had expired before. */
  private linked = false;
  /** Both are of the document that is open now. */
  private libraryHeard = false;
  private libraryIsReady = false;
  private codesAsked = false;
  private silence: NodeJS.Timeout | undefined;

  constructor(private readonly session: WatchedSession) {}

  listenTo(client: WhatsappClient): void {
    client.on('qr', (qr) => this.session.codeShown(qr));
    client.on('code', (code: string) => this.session.pairingCodeGiven(code));
    client.on('authenticated', () => {
      this.libraryHeard = true;
      this.accepted();
    });
    client.on('ready', () => {
      this.libraryIsReady = true;
      // An account known by its anonymous id alone (LID) has no phone to tell.
      this.session.libraryReady(phoneOf(client.info?.wid?._serialized ?? ''));
    });
    client.on('disconnected', (reason) => this.disconnected(String(reason)));
    client.on('message_ack', ({ id }, ack) => {
      if (id.fromMe) this.session.acknowledged(id._serialized, ack);
    });
    client.on('message', (message) => this.session.messageCame(pageMessageOf(message)));
  }

  /** No code is asked for by the page's own rotation from now on: one that is typed is on its way. */
  pairsByCode(): void {
    this.codesAsked = true;
  }

  stop(): void {
    clearTimeout(this.silence);
  }

  async browserIsUp(browser: Browser, page: Page): Promise<void> {
    this.page = page;
    browser.on('disconnected', () => this.session.brokeDown('browser_gone', 'the browser ended by itself'));
    page.on('error', (error) => this.session.brokeDown('page_crashed', textOf(error)));
    page.on('close', () => this.pageClosed(browser));
    page.on('framenavigated', (frame) => {
      if (frame === page.mainFrame() && frame.url().includes('post_logout=1')) this.loggedOut('the page went away');
    });
    await page.exposeFunction('onSocketWatchEvent', (view: SocketView) => this.socketTold(view));
  }

  async isInjected(): Promise<void> {
    if (this.page) this.socketTold(await this.page.evaluate(watchSocket));
  }

  isReloading(): void {
    this.libraryHeard = false;
    if (this.libraryIsReady) this.session.providerLost('the page loads itself again');
    this.libraryIsReady = false;
  }

  isLost(error: unknown): void {
    const { reason, detail } = judgePageFailure(error);
    this.session.brokeDown(reason, detail);
  }

  isEnding(): boolean {
    return this.session.isEnding();
  }

  private socketTold({ state, hasSynced }: SocketView): void {
    if (this.session.isEnding()) return;
    const meaning = meaningOf(state);
    switch (meaning.is) {
      case 'pairing':
        this.session.loginAccepted();
        break;
      case 'connected':
        this.accepted();
        if (this.libraryIsReady) this.session.providerFound();
        else if (hasSynced) this.kickLibraryIfSilent();
        break;
      case 'away':
        if (this.libraryIsReady) this.session.providerLost(meaning.detail);
        break;
      case 'broken':
        this.session.brokeDown(meaning.reason, meaning.detail);
        break;
      default:
        if (this.linked) this.loggedOut(`the page is in the state ${state}`);
        else if (meaning.is === 'out_of_codes' && !this.codesAsked) this.inPage(refreshQr);
    }
  }

  private accepted(): void {
    this.linked = true;
    this.session.loginAccepted();
  }

  private disconnected(reason: string): void {
    const meaning = meaningOf(reason);
    if (reason === 'LOGOUT' || meaning.is === 'unpaired') this.loggedOut(`the library says ${reason}`);
    else if (meaning.is === 'broken') this.session.brokeDown(meaning.reason, meaning.detail);
  }

  private loggedOut(how: string): void {
    if (this.linked) this.session.brokeDown('logged_out', `the login was ended on the phone: ${how}`);
    else this.session.brokeDown('session_expired', `the saved login was refused: ${how}`);
  }

  /** Once per document: called twice at once the library adds its functions twice. */
  private kickLibraryIfSilent(): void {
    if (this.libraryHeard || this.silence !== undefined) return;
    this.silence = setTimeout(() => {
      this.silence = undefined;
      if (!this.libraryHeard && !this.session.isEnding()) this.inPage(sayHasSynced);
      this.libraryHeard = true;
    }, LIBRARY_SILENT_MS_MAX);
  }

  private pageClosed(browser: Browser): void {
    setTimeout(() => {
      if (browser.connected) this.session.brokeDown('page_closed', 'the page was closed');
    }, BROWSER_LEAVES_WITH_PAGE_MS).unref();
  }

  /** When the page goes meanwhile, its end is told by other ways; the page's own trouble breaks the session. */
  private inPage(script: () => void): void {
    this.page?.evaluate(script).catch((error: unknown) => {
      if (!/Target closed|Session closed|context was destroyed|detached/i.test(textOf(error))) this.isLost(error);
    });
  }
}

function pageMessageOf(message: Message): PageMessage {
  const { id, from, author, fromMe, type, body, timestamp } = message;
  return {
    id: id._serialized,
    chat: id.remote,
    author: author ?? from,
    fromMe,
    type,
    body: body ?? null,
    t: timestamp,
  };
}
