import { setTimeout as pause } from 'node:timers/promises';
import type { AccountView } from '#libs/contracts/account';
import { isAlive } from '#libs/processes/process-identity';
import { MusterApiError } from '#libs/client/api-error';
import { ControlRefusal } from '#apps/simulator/control/control-client';
import { browsersAmong } from '#test/scenarios/browsers-among';
import type { AccountInPlay } from './account-in-play.js';
import type { Deed, Step } from './plan.js';

/** A moment that doesn't come by then is not waited for: the deed happens all the same. */
const LAUNCH_WAIT_MS_MAX = 800;
const CLOSING_WAIT_MS_MAX = 300;
/** A browser and a page must start first, behind those of others. */
const QR_WAIT_MS_MAX = 3_000;
/** A browser, a page and 0.4 s of the stand-in's sync. */
const ONLINE_WAIT_MS_MAX = 4_000;
const LOOK_EVERY_MS = 20;

/** Does it, and tells of it. What may fail because the account is elsewhere by then is told, too; it is no violation. */
export async function doDeed(account: AccountInPlay, { deed, moment, gapMs, betweenMs }: Step): Promise<void> {
  if (moment === 'launch') await until(account, isLaunchingOrSettled, LAUNCH_WAIT_MS_MAX);
  if (moment === 'online') await until(account, isOnlineOrSettled, ONLINE_WAIT_MS_MAX);
  await pause(gapMs);
  account.tell(`· ${deed}`);
  await DEEDS[deed](account, betweenMs);
}

const DEEDS: Readonly<Record<Deed, (account: AccountInPlay, betweenMs: number) => Promise<unknown>>> = {
  connect: (account) => account.command('connect'),
  disconnect: (account) => account.command('disconnect'),
  restart: (account) => account.command('restart'),
  logout: (account) => account.command('logout'),
  async deleteAndCreate(account) {
    await account.delete();
    await account.createAnew();
  },
  scan,
  connectTwice: (account) => Promise.all([account.command('connect'), account.command('connect')]),
  async disconnectDuringLaunch(account, betweenMs) {
    await account.command('connect');
    await until(account, isLaunchingOrSettled, LAUNCH_WAIT_MS_MAX);
    await pause(betweenMs);
    await account.command('disconnect');
  },
  async connectDuringClose(account, betweenMs) {
    await account.command('disconnect');
    await until(account, ({ detail }) => /\.(closing|idle)$/.test(detail), CLOSING_WAIT_MS_MAX);
    await pause(betweenMs / 4); // a close is quicker than a launch
    await account.command('connect');
  },
  async deleteDuringConnect(account, betweenMs) {
    const connecting = account.command('connect', { mayBeGone: true });
    if (betweenMs > 0) await connecting.then(() => pause(betweenMs));
    await Promise.all([connecting, account.delete()]);
    await account.createAnew();
  },
  killBrowser,
  reloadPage: (account) => tellPages(account, 'reload'),
  crashPage: (account) => tellPages(account, 'crash'),
  async dropSocket({ stage: { control }, number }, betweenMs) {
    const { id } = await control.setFault({ name: 'socket_down', number });
    try {
      await pause(betweenMs);
    } finally {
      await control.removeFault(id);
    }
  },
};

/** Waits for a code while one may come, and shows it to the phone. Two in three see what comes of it. */
async function scan(account: AccountInPlay, betweenMs: number): Promise<void> {
  const { stage, number } = account;
  const mayCome = ({ status }: AccountView): boolean => status === 'CONNECTING' || status === 'QR_READY';
  await until(account, (view) => view.status === 'QR_READY' || !mayCome(view), QR_WAIT_MS_MAX);
  try {
    const { qr } = await stage.client.accounts.qr(account.id);
    await stage.control.scan({ qr, number });
    account.tell('scanned');
    if (betweenMs > 0) await until(account, isOnlineOrAtRest, ONLINE_WAIT_MS_MAX);
  } catch (error) {
    const isTooLate =
      error instanceof ControlRefusal || (error instanceof MusterApiError && error.problem.status < 500);
    if (!isTooLate) throw error;
    account.tell(`no code to scan: ${error.message}`);
  }
}

async function killBrowser(account: AccountInPlay): Promise<void> {
  const browser = browsersAmong(account.stage.browserOf(account.id)).find(isAlive);
  account.tell(browser === undefined ? 'no browser to kill' : `kill -9 ${browser.pid}`);
  if (browser !== undefined) killIfThere(browser.pid);
}

async function tellPages(account: AccountInPlay, deed: 'reload' | 'crash'): Promise<void> {
  const { stage, number } = account;
  try {
    const { items } = await stage.control.do({ number, deed });
    account.tell(`${items.length} pages were told to ${deed}`);
  } catch (error) {
    if (!(error instanceof ControlRefusal)) throw error;
    account.tell(`no page to tell: ${error.message}`);
  }
}

/** It may end by itself between the look and the kill; its pid is not given to another in that moment. */
function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

const isLaunching = ({ detail }: AccountView): boolean => detail === 'CONNECTING.launching';

const isOnlineOrAtRest = ({ detail }: AccountView): boolean => /\.idle$|^CONNECTED/.test(detail);

/** Nothing more is to be waited for: the launch will not come, or is over, before somebody commands one. */
const isLaunchingOrSettled = (view: AccountView): boolean =>
  isLaunching(view) || isOnlineOrSettled(view) || view.status === 'AUTHENTICATING';

/** The same; a code that nobody scans will not become a connection. */
const isOnlineOrSettled = (view: AccountView): boolean => isOnlineOrAtRest(view) || view.status === 'QR_READY';

async function until(account: AccountInPlay, isSo: (view: AccountView) => boolean, limitMs: number): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (performance.now() < deadline) {
    if (isSo(await account.stage.client.accounts.get(account.id))) return;
    await pause(LOOK_EVERY_MS);
  }
}
