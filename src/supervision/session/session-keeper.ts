import type { AccountContext } from '#libs/account/account.context';
import { PROBE_RETRY_MS } from '#libs/contracts/limits/runtime';
import { BACKOFF_FIRST_MS } from '#libs/contracts/limits/sessions';
import type { PairingCodeView, QrView } from '#libs/contracts/pairing';
import { type ReasonCode, reasonEntry } from '#libs/contracts/reasons';
import { accepted, type Outcome, refused } from '#libs/contracts/refusals';
import type { DriverFact, SessionOpening } from '#libs/contracts/session';
import type { Driver } from '#libs/drivers/driver';
import type { ChildRef, Down, RunningChild } from '#libs/supervisor/child-spec';
import type { Supervisor } from '#libs/supervisor/supervisor';
import type { IssuedOrder } from '../actor/account-logic.js';
import type { AccountMail } from '../actor/account-mail.js';
import { type AccountSession, openAccountSession } from './account-session.js';
import { ForcedEnd } from './forced-end.js';
import { OldLogin } from './old-login.js';
import type { LaunchGate } from '../launch/launch-gate.js';
import type { MessageFact } from '../messages/message-desk.js';
import type { ReceiptFact } from '../messages/outbox.js';
import type { Clock, OwnedAccount, SupervisionLog } from '../ports.js';
import { createSignal } from '../signal.js';
import { SESSION_RESTART } from '../tree.js';

export interface KeeperWorld {
  readonly owned: Pick<OwnedAccount, 'accountId' | 'epoch' | 'settings'>;
  readonly clock: Clock;
  readonly driver: Driver;
  readonly sessions: Supervisor;
  readonly launches: Pick<LaunchGate, 'join' | 'leave' | 'connected'>;
  readonly closeMs: number;
  readonly killMs: number;
  readonly log: SupervisionLog;
  readonly context: () => AccountContext;
  readonly post: (mail: AccountMail) => void;
  readonly onMessageFact: (fact: MessageFact | ReceiptFact) => void;
  readonly onLoading: (percent: number) => void;
}

/**
 * Carries out the machine's orders: the launch slot, the session and its codes are kept here. QR payloads and pairing
 * codes live nowhere else: not in the context, not in a snapshot, not in a log.
 */
export class SessionKeeper {
  /** For the next session; one that lives keeps those it was opened with. */
  settings: OwnedAccount['settings'];
  private current: AccountSession | null = null;
  /** From its close on. */
  private end: ForcedEnd | null = null;
  private launchedBefore = false;
  /** The account waits for the end of the present session, though that is none of its own: it outlived its kill. */
  private closesOlder = false;
  /** Incarnation that opens as soon as the old login is out of its way. */
  private opening: number | null = null;
  private code: QrView | null = null;
  private readonly oldLogin: OldLogin;

  constructor(private readonly world: KeeperWorld) {
    const { owned, clock, driver, log, post } = world;
    this.settings = owned.settings;
    this.oldLogin = new OldLogin({ accountId: owned.accountId, clock, driver, log, post });
  }

  get session(): AccountSession | null {
    return this.current;
  }

  get qr(): QrView | null {
    return this.code;
  }

  /** The account is CONNECTED, as committed: no code is valid any more, and whoever waits for this sign hears it. */
  connected(): void {
    this.code = null;
    this.world.launches.connected(this.world.owned.accountId);
  }

  /** From now on nothing is opened any more. The session is the supervisor's to stop. */
  retire(): void {
    this.opening = null;
    this.releaseLaunch();
  }

  /** The account has left the launching states: its slot is free for others. */
  releaseLaunch(): void {
    this.world.launches.leave(this.world.owned.accountId);
  }

  carryOut({ name, context }: IssuedOrder): void {
    switch (name) {
      case 'requestLaunch':
        return this.requestLaunch(context);
      case 'openSession':
        return void this.open(context);
      case 'probeSession':
        return void this.probe(context.incarnation);
      case 'closeSession':
        return this.close(context);
      case 'killSession':
        return this.kill();
      case 'discardLogin':
        if (context.login === 'discarding') void this.oldLogin.discard();
    }
  }

  async pairingCode(phone: string): Promise<Outcome<PairingCodeView>> {
    if (!this.world.driver.can.has('pairing-code')) return refused('not_supported');
    if (!this.current) return refused('pairing_code_not_ready');
    const answer = await this.current.ask('pairingCode', { phone });
    if (!answer.ok)
      return refused(answer.why === 'unsupported' ? 'not_supported' : 'session_unanswered', answer.detail);
    return accepted({ code: answer.value.code, expiresAt: this.timeIn(answer.value.lifetimeMs) });
  }

  private requestLaunch({ launchedBy, reason }: AccountContext): void {
    // One whose browser is replaced did not fall: it goes on at once, also while many others are held.
    const fell = this.launchedBefore && launchedBy === 'supervisor' && reason?.code !== 'recycled';
    const kind = fell ? 'restart' : 'first';
    this.launchedBefore = true;
    this.world.launches.join(this.world.owned.accountId, kind, () => this.world.post({ kind: 'granted' }));
  }

  private async open(context: AccountContext): Promise<void> {
    const { incarnation } = context;
    this.opening = incarnation;
    this.closesOlder = false;
    if (context.login === 'discarding' || this.oldLogin.isMoving) await this.oldLogin.discard();
    if (this.opening !== incarnation) return; // closed or retired meanwhile
    this.opening = null;
    const { owned, sessions, closeMs, killMs } = this.world;
    const started = sessions.startChild({
      id: owned.accountId,
      restart: SESSION_RESTART,
      shutdownMs: closeMs,
      killMs,
      lastIncarnation: context.incarnation - 1,
      history: context.crashes,
      healthySince: () => this.world.context().healthySince,
      start: (ref) => this.start(ref, context.login === 'saved' ? 'saved' : 'none'),
      onDown: (down) => this.onDown(down),
    });
    if (!started.ok && started.why === 'duplicate') this.tellDown(context, 'not_closed');
  }

  private start({ incarnation }: ChildRef, login: SessionOpening['login']): RunningChild {
    const { accountId, epoch } = this.world.owned;
    this.current = openAccountSession(
      { accountId, incarnation, epoch, login, settings: this.settings },
      {
        driver: this.world.driver,
        clock: this.world.clock,
        onFact: (fact) => this.take(incarnation, fact),
        endingCode: () => this.world.context().ending?.code ?? null,
      },
    );
    return this.current;
  }

  private onDown(down: Down): void {
    if (this.current?.incarnation === down.ref.incarnation) {
      this.current = null;
      this.code = null;
      this.end?.cancel();
      this.end = null;
    }
    this.world.post({ kind: 'down', down });
    if (!this.closesOlder) return;
    this.closesOlder = false;
    const context = this.world.context();
    this.tellDown(context, context.ending?.code ?? 'stopped');
  }

  private take(incarnation: number, fact: DriverFact): void {
    switch (fact.type) {
      case 'driver.acknowledged':
      case 'driver.refused':
      case 'driver.received':
      case 'driver.reacted':
      case 'driver.edited':
      case 'driver.revoked':
      case 'driver.group':
        return this.world.onMessageFact(fact);
      case 'driver.loading':
        return this.world.onLoading(fact.percent);
      case 'driver.pairing-code':
      case 'driver.closed':
      case 'driver.dropped':
        return;
      case 'driver.qr':
        this.code = { qr: fact.qr, attempt: fact.attempt, expiresAt: this.timeIn(fact.lifetimeMs) };
        return this.world.post({ kind: 'fact', incarnation, fact });
      case 'driver.waiting':
        // It only waits now: whoever is next may have the slot. The launch itself goes on. One that outlived its kill has
        // no say in the launch of its successor, which may still wait for its turn.
        if (this.isLaunching(incarnation)) this.releaseLaunch();
        return this.world.post({ kind: 'fact', incarnation, fact });
      default:
        return this.world.post({ kind: 'fact', incarnation, fact });
    }
  }

  private isLaunching(incarnation: number): boolean {
    const context = this.world.context();
    return context.incarnation === incarnation && context.deadline?.name === 'launch';
  }

  private close(context: AccountContext): void {
    this.opening = null;
    this.closesOlder = this.current !== null && this.current.incarnation !== context.incarnation;
    if (this.current) {
      this.end ??= new ForcedEnd(this.world.clock);
      this.current.close(context.goodbye);
    } else this.tellDown(context, context.ending?.code ?? 'stopped');
  }

  /** By its supervisor, which notes it. The deadline after this one tells when even force did not help. */
  private kill(): void {
    const { sessions, owned } = this.world;
    const ref = this.current && { id: owned.accountId, incarnation: this.current.incarnation };
    if (ref) this.end?.force(() => void sessions.killChild(ref));
  }

  /** CONNECTED is a claim that somebody checked: asked until the page answers; the authentication deadline ends it. */
  private async probe(incarnation: number): Promise<void> {
    while (this.current?.incarnation === incarnation) {
      const answer = await this.current.ask('probe', {});
      if (answer.ok) return this.world.post({ kind: 'probed', incarnation, phone: answer.value.phone });
      await createSignal<never>(this.world.clock, PROBE_RETRY_MS).promise;
    }
  }

  /** The machine waits for the end of a session that does not exist: it is told at once. */
  private tellDown({ incarnation, crashes: history }: AccountContext, reason: ReasonCode): void {
    const exitClass = reasonEntry(reason).class;
    const at = this.world.clock.now() + BACKOFF_FIRST_MS;
    this.world.post({
      kind: 'down',
      down: {
        ref: { id: this.world.owned.accountId, incarnation },
        exit: { reason, class: exitClass, detail: 'no session was opened' },
        verdict: exitClass === 'normal' ? { do: 'rest', history } : { do: 'restart', at, history },
      },
    });
  }

  private timeIn(ms: number): string {
    return new Date(this.world.clock.now() + ms).toISOString();
  }
}
