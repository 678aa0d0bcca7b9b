import type { Browser, Page } from 'puppeteer';
import { PROBES_MISSED_MAX } from '#libs/contracts/limits/sessions';
import type { ReasonCode } from '#libs/contracts/reasons';
import type { LaunchWait } from '#libs/contracts/session';
import { phoneOf } from '../messages/chat-id.js';
import { type Failure, judgePageFailure, textOf } from '../launch-failure.js';
import { type PageLook, refreshQr, sayHasSynced, type SocketView, watchSocket } from './page-scripts.js';
import { PageWatch } from './page-watch.js';
import type { ProbeTimes } from './sign-of-life.js';
import { type AwayReason, meaningOf } from './socket-state.js';
import type { ClientOwner, WhatsappClient } from '../whatsapp.client.js';

/** The page has synced and the library is silent for so long: it listened too late. A healthy one speaks in 50 ms. */
const LIBRARY_SILENT_MS_MAX = 1_000;

/** What the client's watch tells its session; each may be told repeatedly. */
export interface WatchedSession {
  isEnding(): boolean;
  /** Nothing of the provider was seen yet; it is only waited for this. */
  launchWaits(on: LaunchWait): void;
  codeShown(qr: string): void;
  pairingCodeGiven(code: string): void;
  /** The login was accepted: scanned just now, or the saved one. */
  loginAccepted(): void;
  /** As the library counts: 0 to 100, or what a page of another version makes of it. */
  loginProgressed(percent: number): void;
  readyByLibrary(phone: string | null): void;
  /** Also told when only the reason is another one. */
  providerLost(reason: AwayReason, detail: string): void;
  providerFound(): void;
  brokeDown(reason: ReasonCode, detail: string): void;
  /** `ack` in WhatsApp's numbers. */
  acknowledged(providerMessageId: string, ack: number): void;
}

/**
 * Turns what library, page and browser say into what it means. The library is trusted with QR codes and
 * acknowledgements; of states it tells too little and too late (nothing before ready), so that the page's own socket is watched.
 */
export class ClientWatch implements ClientOwner {
  private page: Page | null = null;
  /** A login was accepted in this session: what comes after it is a log-out, not a login that had expired before. */
  private linked = false;
  /** Both are of the document that is open now. */
  private hasHeardLibrary = false;
  private isLibraryReady = false;
  private codesAsked = false;
  private silence: NodeJS.Timeout | undefined;
  private lastSocket: SocketView | null = null;
  /** Looks in a row that found a ready account's page without the library. */
  private emptyLooks = 0;
  private pageWatch: PageWatch | null = null;

  constructor(
    private readonly session: WatchedSession,
    private readonly probe: ProbeTimes,
  ) {}

  listenTo(client: WhatsappClient): void {
    client.on('qr', (qr) => this.session.codeShown(qr));
    client.on('code', (code: string) => this.session.pairingCodeGiven(code));
    client.on('authenticated', () => {
      this.hasHeardLibrary = true;
      this.accepted();
    });
    client.on('loading_screen', (percent) => this.session.loginProgressed(Number(percent)));
    client.on('ready', () => {
      this.isLibraryReady = true;
      // An account known by its anonymous id alone (LID) has no phone to tell.
      this.session.readyByLibrary(phoneOf(client.info?.wid?._serialized ?? ''));
      // The line may have gone in the meantime; what was told of it before ready was nobody's business.
      if (this.lastSocket) this.socketTold(this.lastSocket);
      this.pageWatch?.connected();
    });
    client.on('disconnected', (reason) => this.disconnected(String(reason)));
    client.on('message_ack', ({ id }, ack) => {
      if (id.fromMe) this.session.acknowledged(id._serialized, ack);
    });
  }

  /** No code is asked for by the page's own rotation from now on: one that is typed is on its way. */
  pairsByCode(): void {
    this.codesAsked = true;
  }

  /** The provider has shown itself: the launch waits for nothing more. */
  launched(): void {
    this.pageWatch?.launched();
  }

  stop(): void {
    clearTimeout(this.silence);
    this.pageWatch?.stop();
  }

  async browserIsUp(browser: Browser, page: Page): Promise<void> {
    this.page = page;
    const { session } = this;
    this.pageWatch = new PageWatch(browser, page, this.probe, {
      launchWaits: (on) => session.launchWaits(on),
      brokeDown: (reason, detail) => session.brokeDown(reason, detail),
      wasSentAway: () => this.loggedOut('the page went away'),
      found: (look) => this.found(look),
      siteAwaited: () =>
        session.providerLost('network_unreachable', 'the page loads itself again, and the site does not answer'),
    });
    await page.exposeFunction('onSocketWatchEvent', (view: SocketView) => this.socketTold(view));
    this.pageWatch.launching();
  }

  async isInjected(): Promise<void> {
    if (this.page) this.socketTold(await this.page.evaluate(watchSocket));
  }

  isReloading(): void {
    clearTimeout(this.silence);
    this.silence = undefined;
    this.hasHeardLibrary = false;
    if (this.isLibraryReady) this.session.providerLost('network_unreachable', 'the page loads itself again');
    this.isLibraryReady = false;
    this.lastSocket = null;
  }

  isLost(error: unknown): void {
    const { reason, detail } = this.judge(error);
    this.session.brokeDown(reason, detail);
  }

  /** What did not boot is told with the site's answer. */
  judge(error: unknown): Failure {
    const { reason, detail } = judgePageFailure(error);
    const answer = reason === 'page_did_not_boot' && this.pageWatch ? `; ${this.pageWatch.siteInWords()}` : '';
    return { reason, detail: `${detail}${answer}` };
  }

  isEnding(): boolean {
    return this.session.isEnding();
  }

  /** What a probe found: a change that was never told, or a page in which there is nobody any more. */
  private found({ socket, injected, watched }: PageLook): void {
    if (socket && watched) this.socketTold(socket);
    const isEmpty = this.isLibraryReady && !(injected && watched);
    this.emptyLooks = isEmpty ? this.emptyLooks + 1 : 0;
    // A page that is just loading itself again is empty, too, until that has been noticed.
    if (this.emptyLooks >= PROBES_MISSED_MAX)
      this.session.brokeDown('driver_error', 'the library is no longer in the page');
  }

  private socketTold(view: SocketView): void {
    if (this.session.isEnding()) return;
    this.lastSocket = view;
    const { state, hasSynced } = view;
    const meaning = meaningOf(state);
    switch (meaning.is) {
      case 'pairing':
        this.session.loginAccepted();
        break;
      case 'connected':
        this.accepted();
        if (this.isLibraryReady) this.session.providerFound();
        else if (hasSynced) this.kickLibraryIfSilent();
        break;
      case 'away':
        this.session.providerLost(meaning.reason, meaning.detail);
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
    if (this.hasHeardLibrary || this.silence !== undefined) return;
    this.silence = setTimeout(() => {
      this.silence = undefined;
      if (!this.hasHeardLibrary && !this.session.isEnding()) this.inPage(sayHasSynced);
      this.hasHeardLibrary = true;
    }, LIBRARY_SILENT_MS_MAX);
  }

  /** When the page goes meanwhile, its end is told by other ways; the page's own trouble breaks the session. */
  private inPage(script: () => void): void {
    this.page?.evaluate(script).catch((error: unknown) => {
      if (!/Target closed|Session closed|context was destroyed|detached/i.test(textOf(error))) this.isLost(error);
    });
  }
}
