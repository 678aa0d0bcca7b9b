import { ACTOR_WINDOW_MS } from '#libs/contracts/limits/sessions';
import type { VirtualClock } from '#test/support/virtual-clock';

/** What was done to which account, and until when that excuses it. */
export class Disturbances {
  private readonly last = new Map<string, number>();
  private readonly actorDown = new Map<string, number>();
  private readonly faults = new Map<string, number>();

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
    for (const accountId of accountIds) this.disturb(accountId);
  }

  /** Since when nothing disturbs it; Infinity: something still does. */
  calmSince(accountId: string): number {
    return (this.faults.get(accountId) ?? 0) > 0 ? Infinity : (this.last.get(accountId) ?? 0);
  }

  /** Until when its actor may be down. */
  actorDownUntil(accountId: string): number {
    return this.actorDown.get(accountId) ?? 0;
  }
}
