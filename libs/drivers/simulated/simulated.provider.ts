import { NOTHING_BUT_TEXT } from '#libs/contracts/content';
import type { ReasonCode } from '#libs/contracts/reasons';
import type { AckLevel, DriverFact } from '#libs/contracts/session';
import { NO_FAULTS, type SimulatedFaults } from './faults.js';
import { LoginBook } from './login-book.js';
import { type KnownMessage, MessageBook } from './message-book.js';
import { phoneOf, phoneOfChat } from './phone.js';
import type { Clock, Dice, LoginStore } from './ports.js';

/** Facts kept for an account that is offline; the oldest are lost first, as a real provider's receipts are. */
export const OFFLINE_FACTS_MAX = 1_000;

/** How the servers see a connected session. */
export interface LiveSession {
  readonly accountId: string;
  isReady(): boolean;
  say(fact: DriverFact): void;
  scanned(phone: string): boolean;
  degrade(reason: ReasonCode): void;
  recover(): void;
  breakDown(reason: ReasonCode, dropAfterMs: number | null): void;
  drop(reason: ReasonCode, detail?: string): void;
}

/**
 * The servers and the phones of the simulated network, in memory: who is paired, which messages came in, who is
 * connected. The first half are the controls by which tests, demo and simulation play the phones and inject faults;
 * they take effect at once and answer false when there is nothing to act on. The second half serves the sessions.
 */
export class SimulatedProvider {
  readonly messages = new MessageBook();
  /** Sessions opened while another one of the same account lived. Must stay 0. */
  overlaps = 0;
  private readonly logins: LoginBook;
  private readonly sessions = new Map<string, LiveSession>();
  private readonly faults = new Map<string, SimulatedFaults>();
  private readonly waiting = new Map<string, DriverFact[]>();
  private readonly absentPhones = new Set<string>();
  private readonly deliveries = new Set<unknown>();
  private reachable = true;

  constructor(
    readonly clock: Clock,
    readonly dice: Dice,
    store: LoginStore | null = null,
  ) {
    this.logins = new LoginBook(clock, store);
  }

  /** Reads the stored logins. Needed before the first session when there is a store. */
  load(): Promise<void> {
    return this.logins.load();
  }

  /** Ends what the servers still have to do (deliveries), and writes the logins. */
  async close(): Promise<void> {
    for (const timer of this.deliveries) this.clock.clearTimeout(timer);
    this.deliveries.clear();
    await this.logins.flush();
  }

  // The phones

  /** Scans the QR of an account (or types its pairing code) with the phone of this number. False: no code is shown. */
  scan(accountId: string, phone = phoneOf(accountId)): boolean {
    const session = this.sessions.get(accountId);
    if (!session || !this.reachable) return false;
    return session.scanned(phone);
  }

  /** Sends a text from any phone to an account. Kept for it while it is offline. */
  write(accountId: string, message: { from: string; text: string; providerMessageId: string }): void {
    this.deliver(accountId, received(message, this.clock.now()));
  }

  /** Removes the linked device on the phone: the session ends with `logged_out`, the saved login is worthless. */
  logOutOnPhone(accountId: string): boolean {
    this.expireLogin(accountId);
    return this.withSession(accountId, (session) => session.breakDown('logged_out', 0));
  }

  /** The servers forget the login, the session isn't told: the next one gets a QR. */
  expireLogin(accountId: string): void {
    this.logins.change(accountId, phoneOf(accountId), { linked: false });
  }

  ban(accountId: string): boolean {
    this.logins.change(accountId, phoneOf(accountId), { linked: false, banned: true });
    return this.withSession(accountId, (session) => session.drop('blocked'));
  }

  /** Sends to this number answer `bad_recipient`. */
  removePhone(phone: string): void {
    this.absentPhones.add(phone);
  }

  // Faults

  /** The session is gone at once, like a killed browser. */
  drop(accountId: string, reason: ReasonCode, detail?: string): boolean {
    return this.withSession(accountId, (session) => session.drop(reason, detail));
  }

  /** The session finds itself broken; it is gone after `dropAfterMs`, or with null never, until it is killed. */
  breakDown(accountId: string, reason: ReasonCode, dropAfterMs: number | null = 0): boolean {
    return this.withSession(accountId, (session) => session.breakDown(reason, dropAfterMs));
  }

  degrade(accountId: string, reason: ReasonCode = 'network_unreachable'): boolean {
    return this.withSession(accountId, (session) => session.degrade(reason));
  }

  recover(accountId: string): boolean {
    return this.withSession(accountId, (session) => session.recover());
  }

  /** The network of everybody goes away or comes back. While it is away, new sessions are dropped `page_unreachable`. */
  setReachable(reachable: boolean): void {
    this.reachable = reachable;
    for (const session of [...this.sessions.values()]) {
      if (reachable) session.recover();
      else session.degrade('network_unreachable');
    }
  }

  /** Switches faults of one account on and off; they stay until switched again. */
  setFaults(accountId: string, faults: Partial<SimulatedFaults>): void {
    this.faults.set(accountId, { ...this.faultsOf(accountId), ...faults });
  }

  // What tests look at

  liveSessions(): number {
    return this.sessions.size;
  }

  isLive(accountId: string): boolean {
    return this.sessions.has(accountId);
  }

  /** Number of the phone that a valid saved login belongs to. */
  pairedPhone(accountId: string): string | null {
    const login = this.logins.find(accountId);
    return login?.saved && login.linked ? login.phone : null;
  }

  /** The phone shows this account among its linked devices. */
  listsDevice(accountId: string): boolean {
    return this.logins.find(accountId)?.linked ?? false;
  }

  // For the sessions

  faultsOf(accountId: string): SimulatedFaults {
    return this.faults.get(accountId) ?? NO_FAULTS;
  }

  isReachable(): boolean {
    return this.reachable;
  }

  isBanned(accountId: string): boolean {
    return this.logins.find(accountId)?.banned ?? false;
  }

  knowsPhone(phone: string): boolean {
    return !this.absentPhones.has(phone);
  }

  /** False when a session of this account lives already. */
  enter(session: LiveSession): boolean {
    if (this.sessions.has(session.accountId)) {
      this.overlaps += 1;
      return false;
    }
    this.sessions.set(session.accountId, session);
    return true;
  }

  leave(session: LiveSession): void {
    if (this.sessions.get(session.accountId) === session) this.sessions.delete(session.accountId);
  }

  pair(accountId: string, phone: string): void {
    this.logins.change(accountId, phone, { phone, saved: true, linked: true });
  }

  unpair(accountId: string): void {
    this.logins.change(accountId, phoneOf(accountId), { saved: false, linked: false });
  }

  discardLogin(accountId: string): void {
    if (this.logins.find(accountId)?.saved) this.logins.change(accountId, phoneOf(accountId), { saved: false });
  }

  /** A session has become ready: what came in while it was away is told now. */
  catchUp(accountId: string): void {
    const facts = this.waiting.get(accountId) ?? [];
    this.waiting.delete(accountId);
    for (const fact of facts) this.deliver(accountId, fact);
  }

  /** A message reached the servers. Its delivery doesn't depend on the sender's session any more. */
  take(message: Omit<KnownMessage, 'arrivals'>, waits: { deliveryMs: number; readMs: number | null }): void {
    if (!this.messages.arrive(message) || message.level === 'refused') return;
    this.later(waits.deliveryMs, () => {
      this.hand(message);
      this.progress(message.providerMessageId, 'delivered');
      const { readMs } = waits;
      if (readMs !== null) this.later(readMs, () => this.progress(message.providerMessageId, 'read'));
    });
  }

  private hand(message: Omit<KnownMessage, 'arrivals'>): void {
    const phone = phoneOfChat(message.chatId);
    const from = this.logins.find(message.accountId)?.phone ?? phoneOf(message.accountId);
    const fact = received({ ...message, from }, this.clock.now());
    for (const receiver of phone === null ? [] : this.logins.withPhone(phone)) this.deliver(receiver.accountId, fact);
  }

  private progress(providerMessageId: string, level: AckLevel): void {
    const message = this.messages.find(providerMessageId);
    if (!message) return;
    message.level = level;
    if (this.faultsOf(message.accountId).withholdAcknowledgements) return;
    this.deliver(message.accountId, { type: 'driver.acknowledged', providerMessageId, level });
  }

  private deliver(accountId: string, fact: DriverFact): void {
    const session = this.sessions.get(accountId);
    if (session?.isReady()) return session.say(fact);
    const facts = this.waiting.get(accountId) ?? [];
    facts.push(fact);
    if (facts.length > OFFLINE_FACTS_MAX) facts.shift();
    this.waiting.set(accountId, facts);
  }

  private later(afterMs: number, run: () => void): void {
    const timer = this.clock.setTimeout(() => {
      this.deliveries.delete(timer);
      run();
    }, afterMs);
    this.deliveries.add(timer);
  }

  private withSession(accountId: string, act: (session: LiveSession) => void): boolean {
    const session = this.sessions.get(accountId);
    if (session) act(session);
    return session !== undefined;
  }
}

function received(message: { from: string; text: string; providerMessageId: string }, sentAt: number): DriverFact {
  const { from, text, providerMessageId } = message;
  const chatId = `${from.replace('+', '')}@c.us`;
  return {
    type: 'driver.received',
    message: { ...NOTHING_BUT_TEXT, kind: 'text', providerMessageId, chatId, from, text, sentAt },
  };
}
