import type { BrowserKind } from './browser-finder.js';
import { ownerFlag } from './profile-owner.js';

/**
 * A page stores its login in DOM storage, which Chromium keeps in memory for 5 s and more before it writes; with this it
 * writes after 1 s. See ready-hold.ts for the rest of the way.
 */
const DOM_STORAGE_FLUSH = '--enable-aggressive-domstorage-flushing';

/**
 * Beside puppeteer's own defaults: no first run, no sync, no crash reports, no background networking, basic password
 * store, and no throttling of timers or pages in the background. Memory is PSS of each of five accounts, headless shell.
 */
const LEAN = [
  DOM_STORAGE_FLUSH,
  '--disable-gpu', // nothing is drawn for anybody to see
  '--disable-software-rasterizer', // nor by the CPU: 11 MB
  '--in-process-gpu', // what is left of it, a thread instead of a process: 10 MB. Its crash is the browser's, which heals
  '--enable-features=NetworkServiceInProcess2', // the same for the network: 9 MB
  '--disable-dev-shm-usage', // /dev/shm has 64 MB in a container
  '--disable-component-update', // no downloads behind the account's back
  '--disable-domain-reliability', // no reports to the vendor
  '--disable-quic', // one way out, over TCP: what firewalls and proxies know
  '--no-default-browser-check',
  '--no-pings',
];

/**
 * As root Chromium refuses its sandbox; whoever wants it runs the runtime as another user. The zygotes are processes that
 * only make sandboxed ones: 10 MB.
 */
const WITHOUT_SANDBOX = ['--no-sandbox', '--no-zygote'];

/** The browser's flags. `extra` is the operator's CHROMIUM_ARGS and comes last, since Chromium believes the last of two. */
export function browserFlags(extra: readonly string[], isRoot = process.getuid?.() === 0): string[] {
  return [ownerFlag(), ...LEAN, ...(isRoot ? WITHOUT_SANDBOX : []), ...extra];
}

/** Puppeteer's word for it: the shell knows only the old headless mode, a full browser only the new one. */
export function headlessMode(kind: BrowserKind): 'shell' | true {
  return kind === 'shell' ? 'shell' : true;
}
