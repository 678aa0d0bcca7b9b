import type { Scheduler } from 'fast-check';
import type { VirtualClock } from '#test/support/virtual-clock';

/** While something waits for its turn, time may pass by so much at once: a store that is slow, not one that is away. */
const STEP_MS_MAX = 1_000;
/** When nothing else can happen any more, so much time still passes: several times the longest deadline of an account. */
const REST_MS = 1_800_000;
/** A race has a few hundred turns; what has so many goes round in a circle. */
const TURNS_MAX = 5_000;
/** Fastify and its test client hand on by ticks, and by one turn of the event loop at most. */
const LOOP_TURNS = 2;

/**
 * Who goes on next is the scheduler's choice, one at a time: a client's call, a statement on its way to the store, an
 * answer on its way back, a word to or from a session, a timer. Between two turns all that follows from the first has
 * happened, real statements of the store included; so a schedule is always the same one again.
 */
export class Turns {
  /** What had its turn, in order, and what came of it. */
  readonly story: string[] = [];
  /** Nothing waits for a turn: before the race, and after it. */
  open = true;
  private readonly working = new Set<Promise<unknown>>();
  private timeWaits = false;

  constructor(
    private readonly scheduler: Scheduler,
    readonly clock: VirtualClock,
  ) {}

  /** Resolves when it is its turn; `isOver`: then nobody cares any more, and it is not told. */
  async take(what: string, isOver: () => boolean = () => false): Promise<void> {
    if (this.open) return;
    await this.scheduler.schedule(Promise.resolve(), what);
    if (!isOver()) this.tell(what);
  }

  tell(line: string): void {
    this.story.push(line);
  }

  /** Grows with all that happens. */
  get moment(): number {
    return this.story.length;
  }

  /** Real work, which takes a moment of real time; no turn begins before it is done. */
  async work<T>(work: Promise<T>): Promise<T> {
    this.working.add(work);
    try {
      return await work;
    } finally {
      this.working.delete(work);
    }
  }

  /** One turn after the other, until nothing waits for one and no timer is near. */
  async play(): Promise<void> {
    this.open = false;
    const restsAt = this.clock.now() + REST_MS;
    for (let turns = 1; ; turns += 1) {
      if (turns > TURNS_MAX) throw new Error(`no end after ${TURNS_MAX} turns`);
      await this.settled();
      this.offerTime(restsAt);
      if (this.scheduler.count() === 0) break;
      await this.scheduler.waitNext(1);
    }
    this.open = true;
  }

  /** Lets time pass while nothing is held. */
  async pass(ms: number): Promise<void> {
    const until = this.clock.now() + ms;
    for (;;) {
      await this.settled();
      const dueAt = this.clock.nextAt();
      if (dueAt === null || dueAt > until) return;
      await this.work(this.clock.advance(Math.max(0, dueAt - this.clock.now())));
    }
  }

  /** All that goes on by itself has come to where it waits for a turn, or for time. */
  async settled(): Promise<void> {
    do {
      await Promise.allSettled([...this.working]);
      for (let turn = 0; turn < LOOP_TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    } while (this.working.size > 0);
  }

  private offerTime(restsAt: number): void {
    const dueAt = this.clock.nextAt();
    if (this.timeWaits || dueAt === null || dueAt > restsAt) return;
    if (dueAt > this.clock.now() + STEP_MS_MAX && this.scheduler.count() > 0) return;
    this.timeWaits = true;
    void this.scheduler.schedule(Promise.resolve(), 'time').then(() => this.passTime());
  }

  private async passTime(): Promise<void> {
    this.timeWaits = false;
    const dueAt = this.clock.nextAt();
    if (dueAt === null) return;
    const ms = Math.max(0, dueAt - this.clock.now());
    if (ms > 0) this.tell(`${ms} ms pass`);
    await this.work(this.clock.advance(ms));
  }
}
