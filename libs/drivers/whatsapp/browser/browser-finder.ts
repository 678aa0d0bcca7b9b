import { accessSync, constants, openSync, closeSync, readdirSync, readSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** `shell`: headless only, half the memory. `full`: harder to tell from a person's browser. */
export type BrowserKind = 'shell' | 'full';

export interface BrowserWish {
  /** CHROMIUM_PATH; null looks around. */
  readonly chromiumPath: string | null;
  readonly whatsappBrowser: 'auto' | BrowserKind;
  /** Where a fetched browser lies. */
  readonly cacheDir: string;
}

export interface FoundBrowser {
  readonly path: string;
  readonly kind: BrowserKind;
}

export type BrowserSearch =
  | { readonly ok: true; readonly browser: FoundBrowser }
  | { readonly ok: false; readonly detail: string };

const NAMES: Readonly<Record<BrowserKind, readonly string[]>> = {
  shell: ['chromium-headless-shell', 'chrome-headless-shell', 'headless_shell'],
  full: ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'],
};
const FOLDERS_BESIDE_PATH = ['/usr/lib/chromium', '/usr/bin', '/usr/local/bin', '/opt/google/chrome'];
const MAC_BROWSERS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** Looks each time anew, since a browser may be installed while the runtime runs; some 30 looks at files. */
export function findBrowser(wish: BrowserWish, pathVariable = process.env.PATH ?? ''): BrowserSearch {
  if (wish.chromiumPath !== null) {
    if (!isProgram(wish.chromiumPath))
      return { ok: false, detail: `CHROMIUM_PATH=${wish.chromiumPath} is not an executable file` };
    return { ok: true, browser: browserAt(wish.chromiumPath) };
  }
  const kinds: readonly BrowserKind[] = wish.whatsappBrowser === 'auto' ? ['shell', 'full'] : [wish.whatsappBrowser];
  const places = kinds.flatMap((kind) => placesOf(kind, wish.cacheDir, pathVariable));
  const found = places.find(isProgram);
  if (found !== undefined) return { ok: true, browser: browserAt(found) };
  const wanted = kinds.map((kind) => NAMES[kind][0]).join(' or ');
  return { ok: false, detail: `no ${wanted} was found; install one (apt install ${wanted.split(' ')[0]})` };
}

/**
 * The binary behind a wrapper script. Debian's chromium-headless-shell doesn't exec, so ending the process that was
 * started would leave the browser running.
 */
export function browserBehind(path: string): string {
  const real = realpathSync(path);
  if (!isScript(real)) return real;
  const name = basename(real);
  const behind = [join('/usr/lib/chromium', name), join(dirname(real), 'chrome')];
  return behind.find((one) => isProgram(one) && !isScript(one)) ?? real;
}

function browserAt(path: string): FoundBrowser {
  const binary = browserBehind(path);
  return { path: binary, kind: /headless[-_]shell/.test(basename(binary)) ? 'shell' : 'full' };
}

function placesOf(kind: BrowserKind, cacheDir: string, pathVariable: string): readonly string[] {
  const folders = [...FOLDERS_BESIDE_PATH, ...pathVariable.split(':').filter((folder) => folder !== '')];
  const installed = folders.flatMap((folder) => NAMES[kind].map((name) => join(folder, name)));
  return [...fetchedIn(cacheDir, kind), ...installed, ...(kind === 'full' ? MAC_BROWSERS : [])];
}

/** `@puppeteer/browsers` keeps them as `chrome-headless-shell/linux-1.2.3/chrome-headless-shell-linux64/…`, newest last. */
function fetchedIn(cacheDir: string, kind: BrowserKind): readonly string[] {
  const name = kind === 'shell' ? 'chrome-headless-shell' : 'chrome';
  const root = join(cacheDir, name);
  const versions = namesIn(root).toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  return versions.flatMap((version) => namesIn(join(root, version)).map((folder) => join(root, version, folder, name)));
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false; // not there, or not ours to start: the same to a search
  }
}

function isScript(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(2);
    readSync(file, head, 0, 2, 0);
    return head.toString('latin1') === '#!';
  } finally {
    closeSync(file);
  }
}
