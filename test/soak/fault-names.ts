/** Faults that any account meets, and those of one with a browser and the stand-in behind it; by how often they are drawn. */
export const PLAIN_FAULTS = {
  'Postgres is killed': 3,
  'Postgres is frozen': 2,
  'the webhook says nothing': 2,
  'the stream breaks': 2,
  'accounts are restarted': 3,
} as const;
export const BROWSER_FAULTS = {
  'the browser is killed': 3,
  'the browser is frozen': 2,
  'the page crashes': 3,
  'the page hangs': 2,
  'the page reloads': 2,
  'the socket drops': 3,
  'the network is cut': 2,
  'the provider times out': 1,
  'the account is opened elsewhere': 1,
  'the engine host is killed': 2,
  'the engine host is frozen': 1,
} as const;
export const ALL_FAULTS = { ...PLAIN_FAULTS, ...BROWSER_FAULTS };
export type PlainFault = keyof typeof PLAIN_FAULTS;
export type BrowserFault = keyof typeof BROWSER_FAULTS;
export type FaultName = PlainFault | BrowserFault;
