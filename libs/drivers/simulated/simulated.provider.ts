import type { ReasonCode } from '#libs/contracts/reasons';
import { AddressBook } from './address-book.js';
import type { Books } from './books.js';
import { ChatBook } from './chat-book.js';
import { NO_FAULTS, type SimulatedFaults } from './faults.js';
import { diskCarrier, FileBook, type FileCarrier } from './file-book.js';
import type { LiveSession } from './live-session.js';
import { LoginBook } from './login-book.js';
import { Mail } from './mail.js';
import { MessageBook } from './message-book.js';
import { phoneOf } from './phone.js';
import { Phones } from './phones.js';
import type { Clock, Dice, LoginStore } from './ports.js';
import { Traffic } from './traffic.js';

/**
 * The servers of the simulated network, in memory: who is paired, who is connected, and in books of their own the
 * messages, chats, files and addresses. The first half are the controls by which tests, demo and simulation scan codes and
 * inject faults (what other people do is in `phones`); they take effect at once and answer false when there is nothing to
 * act on. The second half serves the sessions.
 */
export class SimulatedProvider implements Books {
  readonly messages = new MessageBook();
  readonly chats = new ChatBook();
  readonly addresses = new AddressBook();
  readonly files: FileBook;
  readonly mail: Mail;
  readonly traffic: Traffic;
  readonly phones: Phones;
  /** Sessions opened while another one of the same account lived. Must stay 0. */
  overlaps = 0;
  private readonly logins: LoginBook;
  private readonly sessions = new Map<string, LiveSession>();
  private readonly faults = new Map<string, SimulatedFaults>();
  private reachable = true;

  constructor(
    readonly clock: Clock,
    readonly dice: Dice,
    store: LoginStore | null = null,
    carrier: FileCarrier = diskCarrier,
  ) {
    this.logins = new LoginBook(clock, store);
    this.files = new FileBook(carrier);
    this.mail = new Mail(this.sessions, (accountId) => this.faultsOf(accountId));
    this.traffic = new Traffic(this);
    this.phones = new Phones(this, this.traffic);
  }

  /** Reads the stored logins. Needed before the first session when there is a store. */
  load(): Promise<void> {
    return this.logins.load();
  }

  /** Ends what the servers still have to do (deliveries), and writes the logins. */
  async close(): Promise<void> {
    this.traffic.stop();
    await this.logins.flush();
  }

  // The phones

  /** Scans the QR of an account (or types its pairing code) with the phone of this number. False: no code is shown. */
  scan(accountId: string, phone = phoneOf(accountId)): boolean {
    const session = this.sessions.get(accountId);
    if (!session || !this.reachable) return false;
    return session.scanned(phone);
  }

  /** Sends a text from any phone to an account: the shortest of what `phones` can do. */
  write(accountId: string, message: { from: string; text: string; providerMessageId: string }): void {
    this.phones.send(accountId, message);
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
    this.addresses.remove(phone);
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

  /** Of the account's own phone. */
  phoneOf(accountId: string): string {
    return this.logins.find(accountId)?.phone ?? phoneOf(accountId);
  }

  /** The accounts that are linked devices of this phone. */
  accountsOf(phone: string): readonly string[] {
    return this.logins.withPhone(phone).map(({ accountId }) => accountId);
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

  private withSession(accountId: string, act: (session: LiveSession) => void): boolean {
    const session = this.sessions.get(accountId);
    if (session) act(session);
    return session !== undefined;
  }
}
