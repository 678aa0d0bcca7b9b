/** The clock of Muster, as far as its answers tell it. A viewer's own may be minutes off, and what is shown would be, too. */
export interface ServerClock {
  /** Calls as the global one does, and reads the `Date` of each answer. */
  readonly fetch: typeof fetch;
  /** How far Muster's clock is ahead of the browser's, to a second; negative: it is behind. 0 before the first answer. */
  readonly aheadMs: () => number;
}

/** The header tells whole seconds: the answer was given at some moment of the one that it names. */
const DATE_STEP_MS = 1_000;

/** What is believed stays until an answer contradicts it, so that no countdown jumps to and fro with each of them. */
export function createServerClock(
  fetchWith: typeof fetch = (...ask) => fetch(...ask),
  nowMs: () => number = Date.now,
): ServerClock {
  let aheadMs = 0;
  return {
    aheadMs: () => aheadMs,
    fetch: async (...ask) => {
      const askedMs = nowMs();
      const answer = await fetchWith(...ask);
      const toldMs = Date.parse(answer.headers.get('date') ?? '');
      const [least, most] = [toldMs - nowMs(), toldMs + DATE_STEP_MS - askedMs];
      // A clock that was set between question and answer makes no sense of either; the next answer will.
      if (least <= most) aheadMs = Math.min(Math.max(aheadMs, least), most);
      return answer;
    },
  };
}
