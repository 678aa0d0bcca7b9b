import { useCallback, useEffect, useState } from 'react';
import type { DemoView } from '#apps/simulator/demo/demo-words';
import type { DemoClient } from './demo-client.js';

export interface Followed {
  /** Null until it was read. */
  readonly view: DemoView | null;
  /** The demo does not answer now. */
  readonly away: boolean;
  /** Looks at once, after something was done. */
  readonly look: () => void;
}

/** By these looks the demo knows that somebody is here, and leaves the phones to them. */
const LOOK_EVERY_MS = 1_000;

/** The state of the demo, as long as the tab is looked at. */
export function useDemo(demo: DemoClient, isOpen: boolean): Followed {
  const [followed, setFollowed] = useState<Omit<Followed, 'look'>>({ view: null, away: false });
  const look = useCallback(() => {
    demo.look().then(
      (view) => setFollowed({ view, away: false }),
      () => setFollowed(({ view }) => ({ view, away: true })),
    );
  }, [demo]);
  useEffect(() => {
    if (!isOpen) return;
    look();
    const timer = setInterval(() => (document.hidden ? undefined : look()), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [isOpen, look]);
  return { ...followed, look };
}
