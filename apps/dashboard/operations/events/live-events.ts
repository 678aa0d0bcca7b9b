import { useEffect, useEffectEvent, useState } from 'react';
import { type LoggedEvent, loggedEventSchema } from '#libs/contracts/event-log';
import { useShell } from '../../parts/shell.js';
import { type EventFilter, fits, LOGGED_TOPICS } from './event-filter.js';

/** Told together so often: a hundred events a second are one drawing each quarter second. */
const TELL_EVERY_MS = 250;
/** While paused more than so many are only counted. */
const HELD_MAX = 1_000;

export interface LiveEvents {
  /** What came while it was paused. */
  readonly held: readonly LoggedEvent[];
  readonly take: () => void;
}

/** Follows the log while the view is open. `tell` gets what fits; while it is paused, what came is held until it is taken. */
export function useLiveEvents(
  filter: EventFilter,
  paused: boolean,
  tell: (events: readonly LoggedEvent[]) => void,
): LiveEvents {
  const { muster } = useShell();
  const [held, setHeld] = useState<readonly LoggedEvent[]>([]);
  const hear = useEffectEvent((events: readonly LoggedEvent[]) => {
    const wanted = events.filter((event) => fits(event, filter));
    if (wanted.length === 0) return;
    if (paused) setHeld((before) => [...before, ...wanted].slice(-HELD_MAX));
    else tell(wanted);
  });
  useEffect(() => {
    const leave = new AbortController();
    let came: LoggedEvent[] = [];
    const timer = setInterval(() => {
      if (came.length > 0) hear(came);
      came = [];
    }, TELL_EVERY_MS);
    void (async () => {
      // It resumes by itself; what ends it for good, the frame’s own stream meets too, and tells.
      const stream = muster.stream({ topics: LOGGED_TOPICS, signal: leave.signal });
      for await (const frame of stream) if (frame.id !== null) came.push(loggedEventSchema.parse(frame));
    })().catch(() => undefined);
    return () => {
      leave.abort();
      clearInterval(timer);
    };
  }, [muster]);
  const take = (): void => {
    tell(held);
    setHeld([]);
  };
  return { held, take };
}
