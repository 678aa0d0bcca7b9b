import { useEffect, useState } from 'react';

export interface Polled<T> {
  /** The last answer; null before the first. */
  readonly value: T | null;
  /** Why the last question had none; null: it had one. */
  readonly error: unknown;
  readonly again: () => void;
}

/** Asks now and every so often while the page is looked at, one question at a time. `ask` has to stay the same. */
export function usePolled<T>(ask: () => Promise<T>, everyMs: number): Polled<T> {
  const [state, setState] = useState<Omit<Polled<T>, 'again'>>({ value: null, error: null });
  const [times, setTimes] = useState(0);
  useEffect(() => {
    let left = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const next = (): void => {
      timer = setTimeout(look, everyMs);
    };
    const look = (): void => {
      if (document.hidden) return next();
      ask()
        .then(
          (value) => left || setState({ value, error: null }),
          (error: unknown) => left || setState(({ value }) => ({ value, error })),
        )
        .finally(() => left || next());
    };
    look();
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [ask, everyMs, times]);
  return { ...state, again: () => setTimes((before) => before + 1) };
}
