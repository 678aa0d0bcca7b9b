import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** Where people look at what the tests saw. */
const PICTURES = join('dist', 'screenshots');

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** It takes 1 to 3 s alone. */
const LAUNCH_MS_MAX = 60_000;

/**
 * A real browser, the one that accounts are run in; no other is fetched. It is not what is tested here, and one of a
 * thousand does not come up: that one is started once more.
 */
export async function openBrowser(): Promise<Browser> {
  await mkdir(PICTURES, { recursive: true });
  const launch = (): Promise<Browser> =>
    chromium.launch({
      executablePath: process.env['CHROMIUM_PATH'],
      args: ['--disable-gpu'],
      timeout: LAUNCH_MS_MAX,
    });
  return launch().catch(() => launch());
}

export interface DashboardPage extends AsyncDisposable {
  readonly page: Page;
  /**
   * Leads to a place of the dashboard without loading all of it, which costs half a second of a processor. The page there
   * begins anew; what was played by `page.route`, and what was complained about, is forgotten.
   */
  visit(hash: string): Promise<void>;
  /** What the browser complained about: scripts that broke, what the page's policy refused. */
  readonly complaints: readonly string[];
  /** Addresses outside the runtime that were asked for. */
  readonly strangers: readonly string[];
  /** Keeps a picture for people. */
  picture(name: string): Promise<void>;
  /** What hinders people who can't see or point, and is serious. */
  hindrances(): Promise<readonly string[]>;
}

/** Nothing moves: to draw a transition of the inspector's chart alone takes a fifth of a second of a processor. */
const USUAL = { locale: 'en-GB', viewport: { width: 1360, height: 860 }, reducedMotion: 'reduce' } as const;
/** As most people see it. */
export const IN_MOTION = { reducedMotion: 'no-preference' } as const;

export interface DashboardOptions extends BrowserContextOptions {
  /** As if a person had typed it in this tab. */
  readonly apiKey?: string;
}

export async function openDashboard(
  browser: Browser,
  url: string,
  { apiKey, ...options }: DashboardOptions = {},
): Promise<DashboardPage> {
  const context = await browser.newContext({ ...USUAL, ...options });
  if (apiKey) await context.addInitScript(`if (origin !== 'null') sessionStorage.setItem('muster.key', '${apiKey}')`);
  const page = await context.newPage();
  const [complaints, strangers]: [string[], string[]] = [[], []];
  page.on('console', (line) => {
    if (line.type() === 'error' && !line.text().includes(BETWEEN_CODES)) complaints.push(line.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  const { origin } = new URL(url);
  page.on('request', (request) => {
    if (
      !request
        .url()
        .replace(/^blob:/, '')
        .startsWith(origin)
    )
      strangers.push(request.url());
  });
  page.setDefaultTimeout(STEP_MS_MAX);
  await page.goto(url);
  return {
    page,
    visit: async (hash) => {
      await page.unrouteAll({ behavior: 'wait' });
      await page.goto(`${origin}/dashboard/#/`); // a place that it is at begins anew, too
      await page.locator('.counts').waitFor(); // all else is gone now, and asks for nothing that could fail later
      complaints.length = 0;
      await page.goto(`${origin}/dashboard/${hash}`);
    },
    complaints,
    strangers,
    picture: async (name) => void (await page.screenshot({ path: join(PICTURES, `${name}.png`) })),
    hindrances: () => hindrancesOf(page),
    [Symbol.asyncDispose]: () => context.close(),
  };
}

/** Each takes tenths of a second alone; with ten programs to two processors one took more than ten. */
const STEP_MS_MAX = 25_000;

/** Between two QR codes there is none, and a browser calls every such answer an error. */
const BETWEEN_CODES = 'status of 409';

async function hindrancesOf(page: Page): Promise<readonly string[]> {
  if (!(await page.evaluate<boolean>(`'axe' in globalThis`))) await page.evaluate(await readFile(AXE, 'utf8'));
  // What is in order is not listed: that alone takes twice the time of all that is looked at.
  const { violations } = await page.evaluate<AxeResults>(`axe.run({ resultTypes: ['violations'] })`);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`));
}
