import type { BrowserKind } from './browser-finder.js';
import { ownerFlag } from './profile-owner.js';

/** Beside puppeteer's own defaults (no first run, no sync, no crash reports, no background networking, basic password store …). */
const LEAN = [
  '--disable-gpu', // nothing is drawn for anybody to see; a GPU process costs memory
  '--disable-dev-shm-usage', // /dev/shm has 64 MB in a container
  '--disable-component-update', // no downloads behind the account's back
  '--disable-domain-reliability', // no reports to the vendor
  '--disable-quic', // one way out, over TCP: what firewalls and proxies know
  '--no-default-browser-check',
  '--no-pings',
];

/**
 * The browser's flags. `extra` is the operator's CHROMIUM_ARGS and comes last, since Chromium believes the last of two.
 * As root Chromium refuses its sandbox; whoever wants it runs the runtime as another user.
 */
export function browserFlags(extra: readonly string[], isRoot = process.getuid?.() === 0): string[] {
  return [ownerFlag(), ...LEAN, ...(isRoot ? ['--no-sandbox'] : []), ...extra];
}

/** Puppeteer's word for it: the shell knows only the old headless mode, a full browser only the new one. */
export function headlessMode(kind: BrowserKind): 'shell' | true {
  return kind === 'shell' ? 'shell' : true;
}
