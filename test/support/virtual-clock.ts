import type { Clock } from '#libs/supervisor/ports';

/**
 * Time that passes only when it is told to. Timers fire in order of their time, and of their setting when they are due at
 * once; after each, everything that follows from it by promises has happened before the next fires, however long the
 * chain. Nothing here waits for the real clock, so what is tested must not either.
 */
export interface VirtualClock extends Clock {
  /** Lets time pass up to now + ms, firing what is due, timers set meanwhile included. */
  advance(ms: number): Promise<void>;
  /** Lets promises settle without letting time pass. */
  settle(): Promise<void>;
  /** Timers set and neither fired nor cleared: a base line to return to. */
  readonly pending: number;
  /** When the next one is due, or null. */
  nextAt(): number | null;
}

/** A timer that sets itself again at the same instant would never let time pass. Far above any honest burst. */
const TIMERS_PER_INSTANT_MAX = 1_000_000;
/** Promises settle without the event loop's help (5 times faster); it gets its turn so often that test limits still work. */
const STEPS_PER_LOOP_TURN_MAX = 1_000;

export function createVirtualClock(startAt: number = Date.UTC(2026, 0, 1)): VirtualClock {
  const timers = new TimerHeap();
  let now = startAt;
  let order = 0;
  let steps = 0;

  const settle = (): Promise<void> => {
    steps += 1;
    return steps % STEPS_PER_LOOP_TURN_MAX === 0 ? turnEventLoop() : drainMicrotasks();
  };

  return {
    now: () => now,
    setTimeout: (run, afterMs) => timers.push({ at: now + Math.max(0, afterMs || 0), order: order++, run }),
    clearTimeout: (timer) => timers.cancel(timer as Timer),
    async advance(ms) {
      const until = now + ms;
      let inInstant = 0;
      await settle();
      for (let timer = timers.popDue(until); timer; timer = timers.popDue(until)) {
        inInstant = timer.at > now ? 0 : inInstant + 1;
        if (inInstant > TIMERS_PER_INSTANT_MAX) throw new Error(`timers keep firing at ${now}: time cannot pass`);
        now = Math.max(now, timer.at);
        timer.run();
        await settle();
      }
      now = Math.max(now, until);
    },
    settle,
    get pending() {
      return timers.live;
    },
    nextAt: () => timers.peek()?.at ?? null,
  };
}

/** `nextTick` runs when the queue of microtasks is empty, whatever it had to grow to. */
async function drainMicrotasks(): Promise<void> {
  await Promise.resolve();
  await new Promise<void>((resolve) => process.nextTick(resolve));
}

const turnEventLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Timer {
  readonly at: number;
  readonly order: number;
  /** Null once fired or cleared. */
  run: (() => void) | null;
}

/** A binary heap. Cleared timers stay in it until they surface, or until they are the greater part. */
class TimerHeap {
  live = 0;
  private timers: Timer[] = [];

  push(timer: Timer): Timer {
    this.live += 1;
    this.timers.push(timer);
    this.rise(this.timers.length - 1);
    return timer;
  }

  cancel(timer: Timer | null | undefined): void {
    if (!timer?.run) return;
    timer.run = null;
    this.live -= 1;
    if (this.timers.length > 64 && this.live < this.timers.length / 2) {
      this.timers = this.timers.filter(({ run }) => run).sort((a, b) => (isBefore(a, b) ? -1 : 1));
    }
  }

  peek(): Timer | undefined {
    while (this.timers[0] && !this.timers[0].run) this.removeFirst();
    return this.timers[0];
  }

  /** Takes the next due timer out; the caller runs it. Clearing it from then on changes nothing. */
  popDue(until: number): { readonly at: number; readonly run: () => void } | null {
    const first = this.peek();
    if (!first?.run || first.at > until) return null;
    const { at, run } = first;
    first.run = null;
    this.live -= 1;
    this.removeFirst();
    return { at, run };
  }

  private removeFirst(): void {
    const last = this.timers.pop();
    if (last && this.timers.length > 0) {
      this.timers[0] = last;
      this.sink(0);
    }
  }

  private rise(from: number): void {
    for (let at = from; at > 0 && this.swapIfBefore(at, (at - 1) >> 1); at = (at - 1) >> 1);
  }

  private sink(from: number): void {
    for (let at = from; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      const least = this.isBefore(right, left) ? right : left;
      if (!this.swapIfBefore(least, at)) return;
      at = least;
    }
  }

  private swapIfBefore(child: number, parent: number): boolean {
    if (!this.isBefore(child, parent)) return false;
    [this.timers[child], this.timers[parent]] = [this.timers[parent]!, this.timers[child]!];
    return true;
  }

  private isBefore(a: number, b: number): boolean {
    const [one, other] = [this.timers[a], this.timers[b]];
    return one !== undefined && (other === undefined || isBefore(one, other));
  }
}

const isBefore = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
