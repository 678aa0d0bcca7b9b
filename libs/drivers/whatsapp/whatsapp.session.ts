import type { Page } from 'puppeteer';
import type { ReasonCode } from '#libs/contracts/reasons';
import type {
  DriverFact,
  LaunchWait,
  SessionAnswer,
  SessionOpening,
  SessionOrderName,
  SessionOrders,
} from '#libs/contracts/session';
import type { DriverSession } from '../driver.js';
import type { ProfileBrowser } from './browser/profile-browser.js';
import type { DriverLog } from './driver-log.js';
import { isLastWord } from './last-words.js';
import { isNavigationMeanwhile, textOf } from './launch-failure.js';
import { AddressBook } from './messages/address-book.js';
import { Inbox, type InboxSession } from './messages/inbox.js';
import { KeyMaker } from './messages/key-maker.js';
import { listenToNews } from './messages/library-news.js';
import { Receipts } from './messages/receipts.js';
import { ClientWatch, type WatchedSession } from './page/client-watch.js';
import { logOut } from './page/log-out.js';
import { endTurns } from './page/send-scripts.js';
import type { ProbeTimes } from './page/sign-of-life.js';
import type { AwayReason } from './page/socket-state.js';
import { QrCodes } from './qr-codes.js';
import type { OrderedSession } from './orders/order-answers.js';
import { obey, PAIRING_CODE_LIFETIME_MS } from './session-orders.js';
import { pause } from './time-limit.js';
import type { WhatsappClient } from './whatsapp.client.js';

/** A page that is sent away at a refused login arrives there within this time, and tells why. */
const REDIRECTION_MS_MAX = 1_000;

const GONE = { ok: false, why: 'gone', detail: 'the session is over' } as const;
const CLOSED: DriverFact = { type: 'driver.closed' };

/**
 * - `opening`   the browser starts, the page loads
 * - `pairing`   a code is shown
 * - `syncing`   the login was accepted
 * - `ready`     connected
 * - `degraded`  was connected; the page has no line to the servers, or loads itself again
 * - `ending`    closing or broken: the last fact follows as soon as all is gone
 * - `over`      the last fact was told
 */
type State = 'opening' | 'pairing' | 'syncing' | 'ready' | 'degraded' | 'ending' | 'over';
type Answer<Name extends SessionOrderName> = SessionAnswer<SessionOrders[Name]['answer']>;

/** One WhatsApp account in one browser, from its opening to the moment when nothing of it is left. */
export class WhatsappSession implements DriverSession, WatchedSession, OrderedSession, InboxSession {
  phone: string | null = null;
  private state: State = 'opening';
  private readonly watch: ClientWatch;
  private lostBy: AwayReason | null = null;
  private readonly codes = new QrCodes();
  private readonly unanswered = new Set<() => void>();
  private readonly receipts = new Receipts();
  readonly book = new AddressBook(this, this.receipts);
  readonly inbox: Inbox;
  readonly keys = new KeyMaker();

  constructor(
    private readonly browser: ProfileBrowser,
    private readonly opening: SessionOpening,
    private readonly log: DriverLog,
    private readonly report: (fact: DriverFact) => void,
    probe: ProbeTimes,
  ) {
    this.watch = new ClientWatch(this, probe);
    this.inbox = new Inbox(this, this.book, log);
    void this.live();
  }

  get client(): WhatsappClient | null {
    return this.browser.client;
  }

  get page(): Page | null {
    return this.client?.pupPage ?? null;
  }

  ask<Name extends SessionOrderName>(name: Name, ask: SessionOrders[Name]['ask']): Promise<Answer<Name>> {
    if (this.state === 'over') return Promise.resolve(GONE);
    return new Promise((resolve) => {
      const isGone = (): void => resolve(GONE);
      this.unanswered.add(isGone);
      void obey(this, name, ask).then((answer) => {
        this.unanswered.delete(isGone);
        resolve(answer);
      });
    });
  }

  /** Rejects when something of it could not be ended; it may be asked again then. */
  async kill(): Promise<void> {
    if (this.state === 'over') return;
    this.beginEnding();
    await this.browser.kill();
    this.conclude(CLOSED);
  }

  // On the way up. Never rejects.

  private async live(): Promise<void> {
    try {
      const opened = await this.browser.open(this.watch, (client) => {
        this.watch.listenTo(client);
        listenToNews(client, this.inbox);
      });
      if (opened.ok || opened.left) return;
      if (isNavigationMeanwhile(opened.error)) await pause(REDIRECTION_MS_MAX);
      const { reason, detail } = opened.error === undefined ? opened : this.watch.judge(opened.error);
      this.brokeDown(reason, detail);
    } catch (error) {
      this.brokeDown('driver_error', textOf(error));
    }
  }

  // What the watch tells

  isEnding(): boolean {
    return this.state === 'ending' || this.state === 'over';
  }

  launchWaits(on: LaunchWait): void {
    if (this.state === 'opening') this.say({ type: 'driver.waiting', on });
  }

  codeShown(qr: string): void {
    const fact = this.isEnding() ? null : this.codes.next(qr);
    if (!fact) return;
    this.state = 'pairing';
    this.watch.launched();
    this.say(fact);
  }

  pairingCodeGiven(code: string): void {
    this.say({ type: 'driver.pairing-code', code, lifetimeMs: PAIRING_CODE_LIFETIME_MS });
  }

  loginAccepted(): void {
    if (this.state !== 'opening' && this.state !== 'pairing') return;
    this.state = 'syncing';
    this.watch.launched();
    this.say({ type: 'driver.scanned' });
  }

  loginProgressed(percent: number): void {
    if (this.state !== 'syncing' || !(percent >= 0 && percent <= 100)) return;
    this.say({ type: 'driver.loading', percent: Math.round(percent) });
  }

  readyByLibrary(phone: string | null): void {
    if (this.isEnding() || this.state === 'ready') return;
    this.phone = phone;
    this.becomeReady();
  }

  providerLost(reason: AwayReason, detail: string): void {
    if (this.state !== 'ready' && this.state !== 'degraded') return;
    if (this.lostBy === reason) return;
    this.state = 'degraded';
    this.lostBy = reason;
    this.say({ type: 'driver.degraded', reason, detail });
  }

  providerFound(): void {
    if (this.state === 'degraded') this.becomeReady();
  }

  brokeDown(reason: ReasonCode, detail: string): void {
    if (this.isEnding()) return;
    this.beginEnding();
    this.say({ type: 'driver.broken', reason, detail });
    void this.endWith({ type: 'driver.dropped', reason, detail });
  }

  acknowledged(providerMessageId: string, ack: number): void {
    this.say(this.receipts.factOf(providerMessageId, ack));
  }

  // What the orders need

  isReady(): boolean {
    return this.state === 'ready';
  }

  showsCode(): boolean {
    return this.state === 'pairing';
  }

  rememberKey(keyId: string, providerMessageId: string): void {
    this.receipts.remember(keyId, providerMessageId);
  }

  pairsByCode(): void {
    this.watch.pairsByCode();
  }

  closeSoon(): void {
    if (this.isEnding()) return;
    this.beginEnding();
    void this.endWith(CLOSED);
  }

  /** Without a login there is nothing to end at the provider; one that can't be ended now stays on the phone's list. */
  logOutSoon(): void {
    if (this.isEnding()) return;
    const hasLogin = this.state === 'ready' || this.state === 'degraded' || this.state === 'syncing';
    const page = hasLogin ? this.client?.pupPage : undefined;
    this.beginEnding();
    const loggedOut = page ? logOut(page).then((heard) => heard && this.say({ type: 'driver.logged-out' })) : null;
    void this.endWith(CLOSED, loggedOut);
  }

  // Ready

  private becomeReady(): void {
    this.state = 'ready';
    this.lostBy = null;
    this.say({ type: 'driver.ready', phone: this.phone });
    void this.inbox.readUnread();
  }

  // Ending

  private beginEnding(): void {
    this.state = 'ending';
    this.watch.stop();
    // Whether it still hears this or not: what it says of messages is told until the last fact.
    this.client?.pupPage?.evaluate(endTurns).catch(() => undefined);
  }

  private async endWith(last: DriverFact, before: Promise<unknown> | null = null): Promise<void> {
    try {
      await before;
      await this.browser.close();
      this.conclude(last);
    } catch (error) {
      // No last fact: something is left. The owner's deadline passes, and it asks for a kill.
      const { accountId, incarnation } = this.opening;
      this.log.error({ accountId, incarnation, detail: textOf(error) }, 'the session could not be closed');
    }
  }

  private conclude(last: DriverFact): void {
    if (this.state === 'over') return;
    this.state = 'over';
    for (const isGone of this.unanswered) isGone();
    this.unanswered.clear();
    this.report(last);
  }

  say(fact: DriverFact): void {
    if (this.state !== 'over' && (this.state !== 'ending' || isLastWord(fact))) this.report(fact);
  }
}
