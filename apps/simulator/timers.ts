/** Delays of a running stand-in; closing it takes all of them along, so that nothing speaks afterwards. */
export interface Timers {
  /** Runs `act` after `ms`, at once for 0. Returns a function that calls it off. */
  after(ms: number, act: () => void): () => void;
  close(): void;
}

export function createTimers(): Timers {
  const running = new Set<NodeJS.Timeout>();
  return {
    after(ms, act) {
      if (ms <= 0) {
        act();
        return () => {};
      }
      const timer = setTimeout(() => {
        running.delete(timer);
        act();
      }, ms);
      running.add(timer);
      return () => {
        clearTimeout(timer);
        running.delete(timer);
      };
    },
    close() {
      for (const timer of running) clearTimeout(timer);
      running.clear();
    },
  };
}
