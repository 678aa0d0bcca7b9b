import {
  type DriverFact,
  isLastFact,
  type SessionAnswer,
  type SessionOpening,
  type SessionOrderName,
  type SessionOrders,
} from '#libs/contracts/session';
import type { DriverSession } from '../../driver.js';
import type { DriverLog } from '../driver-log.js';
import { textOf } from '../launch-failure.js';
import { hasCopy, keepLogin, putCopyInPlace } from './login-copy.js';
import { whileUnused } from './profile-lock.js';
import { moveAside, moveCopiesAside, type Profile } from './profile.js';
import { ReadyHold } from './ready-hold.js';

/**
 * A profile of 300 MB, most of it linked, takes 0.1 to 0.3 s; a disk that others keep busy makes its flushes wait for
 * seconds, and the first copy of a login is worth them. Well within CLOSE_DEADLINE_MS; who must hurry breaks it off.
 */
const KEEP_MS_MAX = 8_000;

const CLOSED: DriverFact = { type: 'driver.closed' };

const TRIED = {
  copy: 'the last good copy is tried',
  empty: 'an empty profile is tried',
  same: 'there is no copy any more; the profile is tried again as it is',
} as const;

/** One try to open the account: a session on the profile as it is then. */
export interface Attempt {
  readonly session: DriverSession;
  /** The browser left by itself after it was asked: what it wrote is whole. */
  leftProperly(): boolean;
}

export interface Guarded {
  readonly profile: Profile;
  readonly opening: SessionOpening;
  readonly log: DriverLog;
  readonly attempt: (report: (fact: DriverFact) => void) => Attempt;
}

/**
 * - `first`     the profile as it is
 * - `swapping`  it did not open, or opened without its login: that session ends; the last good copy takes the profile's
 *               place, or, where no login was saved, an empty one does
 * - `second`    once more, with what was put there; whatever comes of it counts
 * - `keeping`   the session is over; its login is copied
 * - `over`      the last fact was told
 */
type Phase = 'first' | 'swapping' | 'second' | 'keeping' | 'over';

/**
 * A session whose login is guarded: tried once more with the last good copy before it is called lost, copied when it has
 * worked and was closed properly, and told as ready only when it is on the disk.
 *
 * A login that the provider refuses is no case for the copy, which holds the same credentials. When WhatsApp says so by
 * its redirection, nothing is tried. A page that just shows a code may have lost its login or have been refused: that
 * can't be told apart, so it costs one more try, and the second code is the answer.
 */
export class GuardedSession implements DriverSession {
  private phase: Phase = 'first';
  private current: Attempt;
  private readonly hold: ReadyHold;
  private worked = false;
  private asked: 'nothing' | 'close' | 'end' = 'nothing';
  private readonly hurry = new AbortController();
  /** What goes on after a session's last fact; kill waits for it. Never rejects. */
  private afterwards: Promise<void> = Promise.resolve();

  constructor(
    private readonly guarded: Guarded,
    report: (fact: DriverFact) => void,
  ) {
    this.hold = new ReadyHold(report);
    this.current = guarded.attempt((fact) => this.hear(fact));
  }

  ask<Name extends SessionOrderName>(
    name: Name,
    ask: SessionOrders[Name]['ask'],
  ): Promise<SessionAnswer<SessionOrders[Name]['answer']>> {
    if (name === 'close' && this.asked === 'nothing') this.asked = 'close';
    if (name === 'logout') this.asked = 'end';
    return this.current.session.ask(name, ask);
  }

  async kill(): Promise<void> {
    if (this.phase === 'over') return;
    this.asked = 'end';
    this.hurry.abort();
    await this.current.session.kill();
    await this.afterwards;
  }

  private hear(fact: DriverFact): void {
    if (this.phase === 'swapping') {
      if (isLastFact(fact)) this.afterwards = this.swap();
      return;
    }
    const { profile } = this.guarded;
    if (this.isWorthASecondTry(fact)) return this.endFirst(fact);
    if (fact.type === 'driver.qr' && hasCopy(profile)) this.afterwards = this.forgetCopy();
    if (fact.type === 'driver.ready') this.worked = true;
    if (fact.type === 'driver.broken') this.worked = false;
    if (!isLastFact(fact)) return this.hold.pass(fact);
    const isGood = fact.type === 'driver.closed' && this.worked && this.asked === 'close';
    if (isGood && this.current.leftProperly()) this.afterwards = this.afterwards.then(() => this.keep(fact));
    else this.conclude(fact);
  }

  /** With the copy of a saved login; with an empty profile where there is no login to lose. */
  private isWorthASecondTry(fact: DriverFact): boolean {
    const { opening, profile } = this.guarded;
    if (this.phase !== 'first' || this.asked !== 'nothing') return false;
    if (fact.type === 'driver.broken' && fact.reason === 'profile_damaged')
      return opening.login === 'none' || hasCopy(profile);
    return fact.type === 'driver.qr' && opening.login === 'saved' && hasCopy(profile);
  }

  private endFirst(fact: DriverFact): void {
    const { log, opening } = this.guarded;
    const why = fact.type === 'driver.qr' ? 'opened without its login' : 'does not open';
    log.warn({ accountId: opening.accountId }, `the profile ${why}; it is tried once more with another in its place`);
    this.phase = 'swapping';
    if (fact.type === 'driver.qr') void this.current.session.ask('close', {});
  }

  /** The first session is over, all of it gone. Who asked for an end meanwhile gets it, and finds everything as it was. */
  private async swap(): Promise<void> {
    const { profile, opening, attempt, log } = this.guarded;
    try {
      const tried = await whileUnused(profile, async () => (this.asked === 'nothing' ? this.replace() : null));
      if (tried !== null) log.info({ accountId: opening.accountId }, TRIED[tried]);
      if (this.asked !== 'nothing') return this.conclude(CLOSED);
      this.phase = 'second';
      this.current = attempt((fact) => this.hear(fact));
    } catch (error) {
      // The disk's trouble, perhaps for a moment: both lie where they lay, or the next session finds the copy alone.
      this.conclude({ type: 'driver.dropped', reason: 'driver_error', detail: textOf(error) });
    }
  }

  private async replace(): Promise<keyof typeof TRIED> {
    const { profile, opening } = this.guarded;
    if (opening.login === 'saved') return (await putCopyInPlace(profile, new Date())) === 'done' ? 'copy' : 'same';
    await moveAside(profile, new Date());
    return 'empty';
  }

  private async keep(last: DriverFact): Promise<void> {
    const { profile, opening, log } = this.guarded;
    this.phase = 'keeping';
    const startedAt = performance.now();
    // Not AbortSignal.timeout: within `any` nothing holds it, and Node 20 clears it away before its time.
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(new Error(`it took more than ${KEEP_MS_MAX} ms`)), KEEP_MS_MAX);
    const limit = AbortSignal.any([this.hurry.signal, late.signal]);
    try {
      const kept = await whileUnused(profile, () => keepLogin(profile, limit));
      const { accountId } = opening;
      const tookMs = Math.round(performance.now() - startedAt);
      if (kept.ok) log.debug({ accountId, ...kept, tookMs }, 'the login was copied');
      else log.warn({ accountId, detail: textOf(kept.error) }, 'the login could not be copied; the copy before stays');
    } catch (error) {
      log.warn({ accountId: opening.accountId, detail: textOf(error) }, 'the login could not be copied');
    } finally {
      clearTimeout(timer);
    }
    this.conclude(last);
  }

  /** A new pairing begins, so what was copied is of a login before it, perhaps of another number. */
  private async forgetCopy(): Promise<void> {
    const { profile, opening, log } = this.guarded;
    try {
      await moveCopiesAside(profile, new Date());
    } catch (error) {
      log.error(
        { accountId: opening.accountId, detail: textOf(error) },
        'the copy of an old login could not be moved aside',
      );
    }
  }

  private conclude(last: DriverFact): void {
    this.phase = 'over';
    this.hold.pass(last);
  }
}
