/** Lets so many work at the same time, in the order in which they came; everybody gets a turn. */
export class Turns {
  private free: number;
  private readonly waiting: (() => void)[] = [];

  constructor(parallelMax: number) {
    this.free = parallelMax;
  }

  async within<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((begin) => this.waiting.push(begin));
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.free += 1;
    }
  }
}
