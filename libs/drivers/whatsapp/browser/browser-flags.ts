import type { BrowserKind } from './browser-finder.js';
import { ownerFlag } from '../login/profile-owner.js';

/**
 * A page stores its login in DOM storage, which Chromium keeps in memory for 5 s and more before it writes; with this it
 * writes after 1 s. See ready-hold.ts for the rest of the way.
 */
const DOM_STORAGE_FLUSH = '--enable-aggressive-domstorage-flushing';

/**
 * Beside puppeteer's own defaults: no first run, no sync, no crash reports, no background networking, basic password
 * store, and no throttling of timers or pages in the background.
 */
const QUIET = [
  DOM_STORAGE_FLUSH,
  '--disable-gpu', // nothing is drawn for anybody to see
  '--disable-dev-shm-usage', // /dev/shm has 64 MB in a container
  '--disable-component-update', // no downloads behind the account's back
  '--disable-domain-reliability', // no reports to the vendor
  '--disable-quic', // one way out, over TCP: what firewalls and proxies know
  '--no-default-browser-check',
  '--no-pings',
];

/**
 * Of the headless shell alone: with these, ten accounts take 53 MB of PSS each instead of 83, and are up in 2.3 s instead
 * of 3.8. A full browser gains nothing by them (238 instead of 241 MB), and is chosen for being like a person's.
 */
const LEAN = [
  '--disable-software-rasterizer', // nothing is drawn by the CPU either, so the page has no WebGL: 11 MB of five
  '--in-process-gpu', // what is left of it: a thread, no process. Its crash is the browser's, which heals. 10 MB
  '--enable-features=NetworkServiceInProcess2', // the same for the network: 9 MB
];
/** Zygotes are processes that only make sandboxed ones: 9 MB. Without a sandbox they are of no use. */
const LEAN_WITHOUT_SANDBOX = ['--no-zygote'];

/**
 * The browser's flags. `extra` is the operator's CHROMIUM_ARGS and comes last, since Chromium believes the last of two.
 * As root Chromium refuses its sandbox; whoever wants it runs the runtime as another user.
 */
export function browserFlags(extra: readonly string[], kind: BrowserKind, isRoot = process.getuid?.() === 0): string[] {
  const lean = kind === 'shell' ? [...LEAN, ...(isRoot ? LEAN_WITHOUT_SANDBOX : [])] : [];
  return [ownerFlag(), ...QUIET, ...lean, ...(isRoot ? ['--no-sandbox'] : []), ...extra];
}

/** Puppeteer's word for it: the shell knows only the old headless mode, a full browser only the new one. */
export function headlessMode(kind: BrowserKind): 'shell' | true {
  return kind === 'shell' ? 'shell' : true;
}
