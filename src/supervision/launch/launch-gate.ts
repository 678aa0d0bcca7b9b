import type { Provider } from '#libs/contracts/account';
import {
  BRAKE_COUNT_KEPT_MS,
  BRAKE_FAILED_MIN,
  BRAKE_PAUSE_FIRST_MS,
  BRAKE_PAUSE_MS_MAX,
  BRAKE_QUIET_MS,
  BRAKE_SHARE_MAX,
  BRAKE_WINDOW_MS,
  LAUNCH_SLOT_MS_MAX,
} from '#libs/contracts/limits/sessions';
import { createBrake } from '#libs/supervisor/brake';
import type { ExitClass } from '#libs/supervisor/exit';
import { createLaunchQueue, type LaunchQueue } from './launch-queue.js';
import type { Clock } from '../ports.js';

export interface LaunchGateWorld {
  readonly provider: Provider;
  readonly parallelMax: number;
  readonly clock: Clock;
  /** Accounts of this provider on this node that are meant to be connected. */
  readonly countWanted: () => number;
  readonly note: (note: BrakeNote) => void;
}

/**
 * - `restart` by the supervisor, of an account that has been launched before
 * - `first`   of an account in this process, or a person's: somebody waits for it, and its number is bounded
 */
export type LaunchKind = 'first' | 'restart';

export type BrakeNote = {
  readonly supervisor: 'restarts';
  readonly provider: Provider;
  /** Milliseconds since 1970. */
  readonly at: number;
} & (
  | { readonly type: 'brake_on'; readonly failed: number; readonly wanted: number }
  | {
      readonly type: 'brake_off';
      /** `connected`: the cause is gone · `quiet`: there is nobody left whose restart could be held. */
      readonly why: 'connected' | 'quiet';
      readonly lastedMs: number;
      readonly scouts: number;
      /** Restarts that go on now. */
      readonly held: number;
    }
);

export interface BrakeStatus {
  readonly provider: Provider;
  readonly on: boolean;
  /** Restarts that wait until the cause is gone, or for their turn as a scout. */
  readonly held: number;
  /** Accounts that fell within the last BRAKE_WINDOW_MS. */
  readonly failed: number;
}

/** The whole gate at this moment, for people to look at. Times are milliseconds since 1970. */
export interface GateReport extends BrakeStatus {
  readonly slotsMax: number;
  readonly launching: number;
  readonly waiting: number;
  /** Since when restarts are held; null: they are not. */
  readonly since: number | null;
  readonly scouts: number;
  /** Null: nobody is held. */
  readonly nextScoutAt: number | null;
}

/**
 * The way to a launch, for all accounts of one provider: first past the brake, then through the queue for a slot.
 *
 * The brake (libs/supervisor/brake.ts) holds restarts while many accounts fall at once, and lets scouts through. What it
 * never holds: a person's connect or restart, and the first launch of an account, so a start of the runtime knows no
 * brake. An account that was never paired counts as a person's: one is there to scan its code. The accounts' own
 * deadline in the queue goes on while they are held.
 */
export class LaunchGate {
  private readonly brake = createBrake({
    windowMs: BRAKE_WINDOW_MS,
    shareMax: BRAKE_SHARE_MAX,
    failedMin: BRAKE_FAILED_MIN,
    pauseFirstMs: BRAKE_PAUSE_FIRST_MS,
    pauseMsMax: BRAKE_PAUSE_MS_MAX,
    quietMs: BRAKE_QUIET_MS,
  });
  private readonly queue: LaunchQueue;
  /** Restarts that wait for a slot: when the brake goes on, they are held, too. */
  private readonly restarts = new Map<string, () => void>();
  private readonly held = new Map<string, () => void>();
  private wanted = { count: 0, at: Number.NEGATIVE_INFINITY };
  private onSince = 0;
  private timer: unknown = null;
  private closed = false;

  constructor(private readonly world: LaunchGateWorld) {
    const { parallelMax, clock } = world;
    const onGranted = (accountId: string): void => {
      this.restarts.delete(accountId);
      this.brake.launched(accountId);
    };
    this.queue = createLaunchQueue({ parallelMax, slotMsMax: LAUNCH_SLOT_MS_MAX, clock, onGranted });
  }

  /** Calls `granted` once, perhaps at once; not after `leave`. */
  join(accountId: string, kind: LaunchKind, granted: () => void): void {
    if (this.closed) return;
    if (kind === 'first') return this.joinUnheld(accountId, granted);
    if (!this.brake.on) return this.queueRestart(accountId, granted);
    this.held.set(accountId, granted);
    this.turn();
  }

  /** Gives back the slot, or the place among those that wait. Harmless when the account has neither. */
  leave(accountId: string): void {
    this.restarts.delete(accountId);
    const wasQueued = this.queue.leave(accountId);
    if (wasQueued) this.brake.withdrew(accountId); // a scout that never got its slot
    if (this.held.delete(accountId) || wasQueued) this.turn();
  }

  connected(accountId: string): void {
    const { scouts } = this.brake;
    if (this.brake.cameUp(accountId)) this.goOn('connected', scouts);
  }

  /** Its session ended. */
  ended(accountId: string, exitClass: ExitClass): void {
    if (this.closed) return;
    if (exitClass === 'normal') this.brake.withdrew(accountId);
    else if (this.brake.failed(accountId, this.world.clock.now(), () => this.countWanted())) return this.hold();
    this.turn();
  }

  close(): void {
    this.closed = true;
    this.disarm();
    this.held.clear();
    this.restarts.clear();
    this.queue.close();
  }

  get status(): BrakeStatus {
    const { on } = this.brake;
    const failed = this.brake.countFailed(this.world.clock.now());
    return { provider: this.world.provider, on, held: this.held.size, failed };
  }

  get report(): GateReport {
    const { parallelMax, clock } = this.world;
    const { launching, waiting } = this.queue;
    const { on, scouts } = this.brake;
    const nextScoutAt = on && this.held.size > 0 ? this.brake.nextScoutAt(clock.now()) : null;
    const since = on ? this.onSince : null;
    return { ...this.status, slotsMax: parallelMax, launching, waiting, since, scouts: on ? scouts : 0, nextScoutAt };
  }

  isHeld(accountId: string): boolean {
    return this.held.has(accountId);
  }

  /** It may have waited as a restart, until a person asked for it. */
  private joinUnheld(accountId: string, granted: () => void): void {
    this.restarts.delete(accountId);
    this.held.delete(accountId);
    this.queue.join(accountId, granted);
  }

  private queueRestart(accountId: string, granted: () => void): void {
    this.restarts.set(accountId, granted);
    this.queue.join(accountId, granted);
  }

  private hold(): void {
    const now = this.world.clock.now();
    this.onSince = now;
    for (const [accountId, granted] of this.restarts) {
      this.queue.leave(accountId);
      this.held.set(accountId, granted);
    }
    this.restarts.clear();
    this.note({ type: 'brake_on', failed: this.brake.countFailed(now), wanted: this.wanted.count });
    this.turn();
  }

  private goOn(why: 'connected' | 'quiet', scouts: number): void {
    this.disarm();
    const waiting = [...this.held];
    this.held.clear();
    const lastedMs = Math.max(0, this.world.clock.now() - this.onSince);
    this.note({ type: 'brake_off', why, lastedMs, scouts, held: waiting.length });
    for (const [accountId, granted] of waiting) this.queueRestart(accountId, granted);
  }

  /** While the brake is on: does what is due, and sees to what is next. */
  private turn(): void {
    this.disarm();
    if (!this.brake.on || this.closed) return;
    const now = this.world.clock.now();
    if (this.held.size > 0 && this.brake.nextScoutAt(now) <= now) this.sendScout(now);
    if (this.held.size > 0) return this.arm(this.brake.nextScoutAt(now) - now);
    if (this.brake.quietAt(now) > now) return this.arm(this.brake.quietAt(now) - now);
    this.brake.release();
    this.goOn('quiet', this.brake.scouts);
  }

  private sendScout(now: number): void {
    for (const [accountId, granted] of this.held) {
      this.held.delete(accountId);
      this.brake.sendScout(accountId, now);
      return this.queue.join(accountId, granted);
    }
  }

  private countWanted(): number {
    const now = this.world.clock.now();
    const ageMs = now - this.wanted.at; // less than nothing once the clock was set back
    if (ageMs < 0 || ageMs >= BRAKE_COUNT_KEPT_MS) this.wanted = { count: this.world.countWanted(), at: now };
    return this.wanted.count;
  }

  private arm(afterMs: number): void {
    this.timer = this.world.clock.setTimeout(() => this.turn(), afterMs);
  }

  private disarm(): void {
    if (this.timer !== null) this.world.clock.clearTimeout(this.timer);
    this.timer = null;
  }

  private note(note: BrakeNoteBody): void {
    this.world.note({ supervisor: 'restarts', provider: this.world.provider, at: this.world.clock.now(), ...note });
  }
}

type BrakeNoteBody = BrakeNote extends infer Note
  ? Note extends BrakeNote
    ? Omit<Note, 'supervisor' | 'provider' | 'at'>
    : never
  : never;
