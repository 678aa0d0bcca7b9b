/** So many at once, so many more that wait, and no more than that. */
export interface Places {
  /** Answers how to leave the place; null when too many wait already, or the signal came first. */
  take(signal: AbortSignal): Promise<(() => void) | null>;
}

export function createPlaces(max: number, waitingMax: number): Places {
  let taken = 0;
  const waiting: (() => void)[] = [];
  const leave = (): void => {
    const next = waiting.shift();
    if (next) next();
    else taken -= 1;
  };
  return {
    async take(signal) {
      if (signal.aborted) return null;
      if (taken < max) taken += 1;
      else if (waiting.length >= waitingMax || !(await nextIn(waiting, signal))) return null;
      return onlyOnce(leave);
    },
  };
}

/** False when the signal came before the turn. */
function nextIn(waiting: (() => void)[], signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const turn = (): void => {
      signal.removeEventListener('abort', giveUp);
      resolve(true);
    };
    const giveUp = (): void => {
      waiting.splice(waiting.indexOf(turn), 1);
      resolve(false);
    };
    waiting.push(turn);
    signal.addEventListener('abort', giveUp, { once: true });
  });
}

function onlyOnce(run: () => void): () => void {
  let done = false;
  return () => {
    if (!done) run();
    done = true;
  };
}
