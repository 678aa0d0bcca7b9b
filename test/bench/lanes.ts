/** Does `work` for every item, `parallel` at a time, in order; the first failure ends it. */
export async function inLanes<T>(
  items: Iterable<T>,
  parallel: number,
  signal: AbortSignal,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = items[Symbol.iterator]();
  const stopped = new AbortController();
  const lane = async (): Promise<void> => {
    for (let next = left.next(); !next.done; next = left.next()) {
      if (signal.aborted || stopped.signal.aborted) break;
      await work(next.value);
    }
  };
  const lanes = Array.from({ length: parallel }, lane);
  try {
    await Promise.all(lanes);
  } finally {
    stopped.abort();
    await Promise.allSettled(lanes); // what is under way ends before the caller closes what it works on
  }
  signal.throwIfAborted();
}
