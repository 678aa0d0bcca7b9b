import type { ReasonCode } from '#libs/contracts/reasons';
import {
  type DriverFact,
  type LaunchWait,
  type SessionAnswer,
  type SessionOpening,
  type SessionOrderName,
  type SessionOrders,
} from '#libs/contracts/session';
import { type SimulatedSettings, simulatedSettingsSchema } from '#libs/contracts/simulated-settings';
import type { DriverSession } from '../driver.js';
import { obey } from './simulated.orders.js';
import type { OrderedSession } from './orders/ordered-session.js';
import type { SimulatedProvider } from './simulated.provider.js';

/** Most accounts have no settings of their own: they share one object. */
const DEFAULTS = simulatedSettingsSchema.parse({});
/** A launch that waits looks again so often. */
const WAIT_LOOK_MS = 1_000;
/** Of a login that takes so long somebody wants to see how far it is; the steps of others would be timers for nobody. */
const WATCHED_LOGIN_MS_MIN = 500;
const LOADING_STEPS = 5;
const GONE = { ok: false, why: 'gone', detail: 'the session is over' } as const;

type Answer<Name extends SessionOrderName> = SessionAnswer<SessionOrders[Name]['answer']>;

/**
 * One connection of a simulated account.
 * - `opening`   opened, nothing said yet
 * - `pairing`   a code is shown and replaced as long as nobody scans it
 * - `syncing`   the login was accepted
 * - `ready`     connected; no timer runs while nothing is sent
 * - `degraded`  logged in, the servers are out of reach
 * - `ending`    closing or broken: the last fact follows, or a kill
 * - `over`      the last fact was told; nothing is said or done any more, every question is `gone`
 */
type State = 'opening' | 'pairing' | 'syncing' | 'ready' | 'degraded' | 'ending' | 'over';

export class SimulatedSession implements DriverSession, OrderedSession {
  readonly accountId: string;
  private state: State = 'opening';
  phone: string | null = null;
  settings: SimulatedSettings = DEFAULTS;
  /** Both are made when first needed: an idle session is a few hundred bytes. */
  private timers: Set<unknown> | null = null;
  private unanswered: Set<() => void> | null = null;

  constructor(
    readonly provider: SimulatedProvider,
    opening: SessionOpening,
    private readonly report: (fact: DriverFact) => void,
  ) {
    this.accountId = opening.accountId;
    this.start(opening);
  }

  ask<Name extends SessionOrderName>(name: Name, ask: SessionOrders[Name]['ask']): Promise<Answer<Name>> {
    if (this.state === 'over') return Promise.resolve(GONE);
    if (this.provider.faultsOf(this.accountId).swallowAnswers) return this.silence();
    const answer = obey(this, name, ask);
    return answer instanceof Promise ? this.unlessOver(answer) : Promise.resolve(answer);
  }

  async kill(): Promise<void> {
    this.end({ type: 'driver.closed' });
  }

  // How the servers see it

  isReady(): boolean {
    return this.state === 'ready';
  }

  say(fact: DriverFact): void {
    if (this.state === 'over') return;
    this.report(fact);
  }

  scanned(phone: string): boolean {
    if (this.state !== 'pairing') return false;
    this.clearTimers();
    this.provider.pair(this.accountId, phone);
    this.synchronise(phone);
    return true;
  }

  degrade(reason: ReasonCode): void {
    if (this.state !== 'ready' && this.state !== 'degraded') return;
    this.state = 'degraded';
    this.say({ type: 'driver.degraded', reason });
  }

  recover(): void {
    if (this.state === 'degraded') this.becomeReady();
  }

  breakDown(reason: ReasonCode, dropAfterMs: number | null): void {
    if (this.state === 'ending' || this.state === 'over') return;
    this.beginEnding();
    this.say({ type: 'driver.broken', reason });
    if (dropAfterMs !== null) this.after(dropAfterMs, () => this.drop(reason));
  }

  drop(reason: ReasonCode, detail?: string): void {
    this.end(detail === undefined ? { type: 'driver.dropped', reason } : { type: 'driver.dropped', reason, detail });
  }

  // From open to ready

  private start(opening: SessionOpening): void {
    const parsed =
      Object.keys(opening.settings).length > 0 ? simulatedSettingsSchema.safeParse(opening.settings) : null;
    if (parsed?.success) this.settings = parsed.data;
    if (parsed?.error) return this.after(0, () => this.drop('driver_error', `settings: ${parsed.error.message}`));
    if (!this.provider.enter(this)) return this.after(0, () => this.drop('profile_in_use'));
    this.after(this.stretched(this.settings.launchMs), () => this.firstSign());
  }

  private firstSign(told: LaunchWait | null = null): void {
    const { silentStart, waitsOn } = this.provider.faultsOf(this.accountId);
    if (silentStart) return;
    if (waitsOn) {
      this.after(WAIT_LOOK_MS, () => this.firstSign(waitsOn));
      return waitsOn === told ? undefined : this.say({ type: 'driver.waiting', on: waitsOn });
    }
    if (!this.provider.isReachable()) return this.drop('page_unreachable');
    if (this.provider.isBanned(this.accountId)) return this.drop('blocked');
    const phone = this.provider.pairedPhone(this.accountId);
    if (phone !== null) return this.synchronise(phone);
    this.state = 'pairing';
    this.showQr(1);
    const { scan, autoScanMs, phone: scanner } = this.settings;
    if (scan === 'auto') this.after(this.stretched(autoScanMs), () => this.provider.scan(this.accountId, scanner));
  }

  private showQr(attempt: number): void {
    const lifetimeMs = this.settings.qrLifetimeMs;
    this.after(lifetimeMs, () => this.showQr(attempt + 1));
    this.say({ type: 'driver.qr', qr: `simulated:${this.accountId}:${attempt}`, attempt, lifetimeMs });
  }

  private synchronise(phone: string): void {
    this.state = 'syncing';
    this.phone = phone;
    const { neverReady } = this.provider.faultsOf(this.accountId);
    const readyMs = neverReady ? this.settings.readyMs : this.stretched(this.settings.readyMs);
    if (!neverReady) this.after(readyMs, () => this.synchronised());
    this.say({ type: 'driver.scanned' });
    if (readyMs >= WATCHED_LOGIN_MS_MIN) this.progress(0, readyMs / LOADING_STEPS);
  }

  private progress(step: number, everyMs: number): void {
    if (this.state !== 'syncing') return;
    this.say({ type: 'driver.loading', percent: (100 * step) / LOADING_STEPS });
    if (step + 1 < LOADING_STEPS) this.after(everyMs, () => this.progress(step + 1, everyMs));
  }

  /** Without its line to the servers it has nothing to be ready with; it is, as soon as the line is back. */
  private synchronised(): void {
    if (this.provider.isReachable()) return this.becomeReady();
    this.state = 'degraded';
    this.say({ type: 'driver.degraded', reason: 'network_unreachable' });
  }

  private becomeReady(): void {
    this.state = 'ready';
    this.say({ type: 'driver.ready', phone: this.phone });
    if (this.state === 'ready') this.provider.mail.handOver(this.accountId);
  }

  // What the orders need

  showsCode(): boolean {
    return this.state === 'pairing';
  }

  /** Ends properly; with `hangOnClose` never, until it is killed. */
  closeSoon(): void {
    if (this.state === 'ending' || this.state === 'over') return;
    this.beginEnding();
    if (this.provider.faultsOf(this.accountId).hangOnClose) return;
    this.after(this.stretched(this.settings.closeMs), () => this.end({ type: 'driver.closed' }));
  }

  /** The servers hear it by the line of a login that they have accepted, or not at all. */
  logOutSoon(): void {
    const hasLine = (this.state === 'ready' || this.state === 'syncing') && this.provider.isReachable();
    if (hasLine && !this.provider.faultsOf(this.accountId).loseLogouts) {
      this.provider.unpair(this.accountId);
      this.say({ type: 'driver.logged-out' });
    }
    this.closeSoon();
  }

  after(afterMs: number, run: () => void): void {
    if (this.state === 'over') return;
    const { clock } = this.provider;
    const timers = (this.timers ??= new Set());
    const timer = clock.setTimeout(() => {
      timers.delete(timer);
      if (timers.size === 0 && this.timers === timers) this.timers = null;
      run();
    }, afterMs);
    timers.add(timer);
  }

  stretched(waitMs: number): number {
    return waitMs * (1 + this.settings.jitter * this.provider.dice.next());
  }

  // Ending

  private beginEnding(): void {
    this.state = 'ending';
    this.clearTimers();
  }

  private end(fact: DriverFact): void {
    if (this.state === 'over') return;
    this.state = 'over';
    this.clearTimers();
    this.provider.leave(this);
    for (const answer of this.unanswered ?? []) answer();
    this.unanswered = null;
    this.report(fact);
  }

  /** Whoever asked is answered when the session ends, whatever the answer still waits for. */
  private unlessOver<Name extends SessionOrderName>(answer: Promise<Answer<Name>>): Promise<Answer<Name>> {
    const unanswered = (this.unanswered ??= new Set());
    return new Promise((resolve, reject) => {
      const end = (): void => resolve(GONE);
      unanswered.add(end);
      answer.then(resolve, reject).finally(() => unanswered.delete(end));
    });
  }

  private silence<Name extends SessionOrderName>(): Promise<Answer<Name>> {
    const unanswered = (this.unanswered ??= new Set());
    return new Promise((resolve) => unanswered.add(() => resolve(GONE)));
  }

  private clearTimers(): void {
    for (const timer of this.timers ?? []) this.provider.clock.clearTimeout(timer);
    this.timers = null;
  }
}
