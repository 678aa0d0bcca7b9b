/** Work on the same thing comes one after the other, in the order in which it was given; on different things at once. */
export class OneAtATime {
  private readonly last = new Map<string, Promise<void>>();

  /** Answers, or fails, as the work does. How long work may take is its own limit. */
  async within<T>(id: string, work: () => Promise<T>): Promise<T> {
    const before = this.last.get(id);
    const answer = before ? before.then(work) : work();
    const over = answer.then(nothing, nothing);
    this.last.set(id, over);
    try {
      return await answer;
    } finally {
      if (this.last.get(id) === over) this.last.delete(id);
    }
  }
}

const nothing = (): void => undefined;
