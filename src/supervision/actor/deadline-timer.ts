import type { DeadlineName } from '#libs/account/account.events';
import type { Clock } from '../ports.js';

export interface Deadline {
  readonly name: DeadlineName;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/**
 * They bound what a session does when it is told to; and it is told after the commit. While the store was away, nobody had
 * told it anything: without this, a browser that is asked to close late would be killed in the same moment.
 */
const ANSWERS_ORDER: ReadonlySet<DeadlineName> = new Set(['launch', 'close', 'kill']);
/** Longest wait that Node's timers hold; a later deadline is looked at again then. */
const TIMER_MS_MAX = 2_147_483_647;

/** The one running deadline of an account. It is absolute: a past one fires now, another after what is left of it. */
export class DeadlineTimer {
  private armed: { readonly due: Deadline; readonly timer: unknown } | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly onDue: (due: Deadline) => void,
  ) {}

  /**
   * Waits for this deadline instead of the one before; null: for none. One that bounds the answer to an order fires later by
   * `heldUpMs`, if it is new: so long after it began the order could be given.
   */
  arm(due: Deadline | null, heldUpMs = 0): void {
    if (due && this.armed?.due.at === due.at && this.armed.due.name === due.name) return;
    if (this.armed) this.clock.clearTimeout(this.armed.timer);
    this.armed = due && { due, timer: this.wait(due, ANSWERS_ORDER.has(due.name) ? heldUpMs : 0) };
  }

  private wait(due: Deadline, heldUpMs: number): unknown {
    const leftMs = Math.max(0, due.at + heldUpMs - this.clock.now());
    return this.clock.setTimeout(
      () => {
        this.armed = null;
        // Not by the clock: set back meanwhile, it would make the account wait for as long again.
        if (leftMs > TIMER_MS_MAX) this.arm(due);
        else this.onDue(due);
      },
      Math.min(leftMs, TIMER_MS_MAX),
    );
  }
}
