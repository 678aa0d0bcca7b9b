import type { Clock } from '#src/supervision/ports';
import type { VirtualClock } from '#test/support/virtual-clock';

/**
 * One life of the runtime's process. All it does to the world goes through a port, and every port asks `pass` first: once
 * dead, a life does nothing any more, whatever its code still believes; its timers are cut, its promises stay open for
 * ever. A crash can be planned for the n-th call of a port, and so falls between any two awaits that anybody could tell apart.
 */
export class Life {
  private alive = true;
  private passed = 0;
  private fatalPass = Infinity;
  private trap: ((what: string) => boolean) | null = null;
  private mortal = true;
  /** With the time at which each is due. */
  private readonly timers = new Map<unknown, number>();
  private readonly endings: (() => void)[] = [];

  constructor(
    private readonly time: VirtualClock,
    private readonly onDeath: (how: string, point: string) => void,
  ) {}

  /** The clock as this life sees it. */
  readonly clock: Clock = {
    now: () => this.time.now(),
    setTimeout: (run, afterMs) => {
      if (!this.alive) return null;
      const timer = this.time.setTimeout(() => {
        this.timers.delete(timer);
        if (this.alive) run();
      }, afterMs);
      this.timers.set(timer, this.time.now() + afterMs);
      return timer;
    },
    clearTimeout: (timer) => {
      this.timers.delete(timer);
      this.time.clearTimeout(timer);
    },
  };

  get isAlive(): boolean {
    return this.alive;
  }

  get timersSet(): number {
    return this.timers.size;
  }

  /** Those that are due later than so. */
  timersBeyond(ms: number): number {
    return [...this.timers.values()].filter((at) => at > this.time.now() + ms).length;
  }

  /** False: this life is over, and the call must do nothing. `what` names it, for a death that waits for it. */
  pass(what: string): boolean {
    if (!this.alive) return false;
    this.passed += 1;
    if (this.trap?.(what)) this.trap = null;
    if (this.passed < this.fatalPass) return true;
    this.die(`at its call ${this.passed} of the world: ${what}`, `at ${what}`);
    return false;
  }

  /** It will die so many milliseconds after the next call of this name, while that is under way or has just been answered. */
  dieAround(what: string, afterMs: number): void {
    this.trap = (name) => {
      if (name !== what) return false;
      this.time.setTimeout(() => this.die(`${afterMs} ms after its call: ${what}`, `around ${what}`), afterMs);
      return true;
    };
  }

  /** It will die at the next call of this name, before that has left the process. */
  dieAt(what: string): void {
    this.trap = (name) => {
      if (name !== what) return false;
      this.fatalPass = this.passed;
      return true;
    };
  }

  survive(): void {
    this.fatalPass = Infinity;
    this.trap = null;
    this.mortal = false;
  }

  /** It will die at its n-th call from now. */
  dieAfter(calls: number): void {
    this.fatalPass = this.passed + calls;
  }

  /** `point`: where in its work that was, as far as anybody can say. */
  die(how: string, point: string): void {
    if (!this.alive || !this.mortal) return;
    this.end();
    this.onDeath(how, point);
  }

  onEnd(run: () => void): void {
    this.endings.push(run);
  }

  /** Over without a crash. */
  end(): void {
    if (!this.alive) return;
    this.alive = false;
    for (const run of this.endings) run();
    for (const timer of this.timers.keys()) this.time.clearTimeout(timer);
    this.timers.clear();
  }

  /** For an answer that may come after the end: it doesn't. */
  never<T>(): Promise<T> {
    return new Promise<T>(() => undefined);
  }
}
