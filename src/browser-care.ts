import { Recycler } from '#src/supervision/recycle/recycler';
import type { Runtime } from './runtime.js';
import { systemClock } from './system.js';

/**
 * Looks at the browsers now and then, and replaces those that have grown over BROWSER_MEMORY_MB_MAX. Answers the function
 * that ends it: from then on nothing is replaced any more.
 */
export function careForBrowsers({ config, log, bus, accounts, browsers }: Runtime): () => void {
  const recycler = new Recycler({
    clock: systemClock,
    log,
    memoryMbMax: config.browsers.memoryMbMax,
    idleMs: config.browsers.recycleIdleMs,
    find: (accountId) => accounts.find(accountId),
  });
  const unsubscribe = bus.subscribe((event) => recycler.hear(event));
  const endLooks = browsers.start((look) => {
    const bytes = [...look.browsers].map(([id, { memoryBytes }]) => [id, memoryBytes / 1_048_576] as const);
    recycler.look(new Map(bytes));
  });
  return () => {
    endLooks();
    unsubscribe();
    recycler.stop();
  };
}
