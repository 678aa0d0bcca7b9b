import type { Runtime } from './runtime.js';

/** Looks at the browsers now and then. Answers the function that ends it. */
export function careForBrowsers({ browsers }: Runtime): () => void {
  return browsers.start(() => undefined);
}
