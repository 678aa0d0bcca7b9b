import { ACTOR_WINDOW_MS, KILL_DEADLINE_MS } from '#libs/contracts/limits/sessions';
import type { VirtualClock } from '#test/support/virtual-clock';

/** What was done to which account, and until when that excuses it. */
export class Disturbances {
  private readonly last = new Map<string, number>();
  private readonly actorDown = new Map<string, number>();
  private readonly faults = new Map<string, number>();
  private readonly stuckUntil = new Map<string, number>();
  private readonly elsewhere = new Set<string>();

  constructor(private readonly time: VirtualClock) {}

  disturb(accountId: string): void {
    this.last.set(accountId, this.time.now());
  }

  /** Its actor has failed: the session is closed, then a successor does what was due meanwhile. */
  actorFailed(accountId: string): void {
    this.disturb(accountId);
    this.actorDown.set(accountId, this.time.now() + ACTOR_WINDOW_MS);
  }

  /** Something stays wrong with this account until `heal`. */
  harm(accountId: string): void {
    this.faults.set(accountId, (this.faults.get(accountId) ?? 0) + 1);
  }

  heal(accountId: string): void {
    this.faults.set(accountId, Math.max(0, (this.faults.get(accountId) ?? 0) - 1));
    this.disturb(accountId);
  }

  healAll(accountIds: readonly string[]): void {
    this.faults.clear();
    for (const accountId of accountIds) {
      this.disturb(accountId);
      if (this.stuckMs(accountId) > 0) this.stuckUntil.set(accountId, this.time.now());
    }
  }

  /** Since when nothing disturbs it; Infinity: something still does. */
  calmSince(accountId: string): number {
    if ((this.faults.get(accountId) ?? 0) > 0 || this.elsewhere.has(accountId) || this.stuckMs(accountId) > 0)
      return Infinity;
    return Math.max(this.last.get(accountId) ?? 0, this.stuckUntil.get(accountId) ?? 0);
  }

  /** Until when its actor may be down. */
  actorDownUntil(accountId: string): number {
    return this.elsewhere.has(accountId) ? Infinity : (this.actorDown.get(accountId) ?? 0);
  }

  /** Its process hangs in the kernel: force ends its session, but not before that. */
  stick(accountId: string, forMs: number): void {
    this.stuckUntil.set(accountId, this.time.now() + forMs);
  }

  stuckMs(accountId: string): number {
    return Math.max(0, (this.stuckUntil.get(accountId) ?? 0) - this.time.now());
  }

  /** Force has not ended its session in time, or may not have: that is told as `not_closed`. */
  isStuck(accountId: string): boolean {
    return this.time.now() <= (this.stuckUntil.get(accountId) ?? -Infinity) + KILL_DEADLINE_MS;
  }

  /** Another node has it; the actor here finds out at its next write. */
  takeAway(accountId: string): void {
    this.elsewhere.add(accountId);
  }

  isElsewhere(accountId: string): boolean {
    return this.elsewhere.has(accountId);
  }

  /** A start of the runtime takes all over. */
  findAll(): void {
    for (const accountId of this.elsewhere) this.disturb(accountId);
    this.elsewhere.clear();
  }
}
