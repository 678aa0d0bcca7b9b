import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureBrowser, type Machine } from './browser-fetcher.js';

let dataDir: string;
let log: string[];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'fetch-'));
  log = [];
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const say = (_data: object, text: string): void => void log.push(text);
const options = () => ({
  dataDir,
  browser: { chromiumPath: null, whatsappBrowser: 'shell' as const },
  log: { debug: say, info: say, warn: say, error: say },
});
const SHELL = 'chrome-headless-shell/linux-1.2.3/chrome-headless-shell-linux64/chrome-headless-shell';

/** A bare machine on which the programs are played; `works` says which of them do. */
function machine(works: (command: string) => boolean, ran: string[] = []): Machine {
  return {
    find: ({ cacheDir }) => {
      const path = join(cacheDir, SHELL);
      return existsSync(path)
        ? { ok: true, browser: { path, kind: 'shell' } }
        : { ok: false, detail: 'none was found' };
    },
    isRoot: true,
    isDebian: true,
    run: async (program, args) => {
      const command = [program, ...args].join(' ');
      ran.push(command);
      if (!works(command)) throw new Error(`${program} failed`);
      const path = args[args.indexOf('--path') + 1];
      if (args.includes('install') && args.includes('--path') && path) {
        const file = join(path, SHELL);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, '\x7fELF');
        chmodSync(file, 0o755);
      }
    },
  };
}

describe('a browser for WhatsApp', () => {
  it('named by CHROMIUM_PATH is not replaced by another', async () => {
    const ran: string[] = [];
    const wish = { ...options(), browser: { chromiumPath: '/nowhere', whatsappBrowser: 'shell' as const } };
    expect(
      await ensureBrowser(
        wish,
        machine(() => true, ran),
      ),
    ).toMatchObject({ ok: false });
    expect(ran).toEqual([]);
  });

  it('is taken as it is when it is there', async () => {
    const path = join(dataDir, 'browser', SHELL);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '\x7fELF');
    chmodSync(path, 0o755);
    const ran: string[] = [];
    expect(
      await ensureBrowser(
        options(),
        machine(() => true, ran),
      ),
    ).toEqual({ ok: true, path });
    expect(ran).toEqual([]);
  });

  it('is fetched, else installed by apt-get and the log says so first; half a one is never left', async () => {
    const ran: string[] = [];
    const fetched = await ensureBrowser(
      options(),
      machine(() => true, ran),
    );
    expect(fetched).toEqual({ ok: true, path: join(dataDir, 'browser', SHELL) });
    rmSync(join(dataDir, 'browser'), { recursive: true });

    log = [];
    const noLibraries = machine((command) => !command.endsWith('--version'), ran);
    expect(await ensureBrowser(options(), noLibraries)).toMatchObject({ ok: false });
    expect(ran.at(-1)).toMatch(/^apt-get install .*chromium-headless-shell$/);
    expect(log.join()).toContain('apt-get');
    expect(readdirSync(join(dataDir, 'browser', 'chrome-headless-shell'))).toEqual([]);
  });
});
