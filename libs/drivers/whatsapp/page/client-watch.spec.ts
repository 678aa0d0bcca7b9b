import { EventEmitter } from 'node:events';
import type { Browser, Page } from 'puppeteer';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ClientWatch, type WatchedSession } from './client-watch.js';
import { sayHasSynced, type SocketView } from './page-scripts.js';

let asked: unknown[];
let tellSocket: (view: SocketView) => void;
let watch: ClientWatch;

/** A page that notes what it is asked, and tells of its socket when the test says so. */
class NotingPage extends EventEmitter {
  mainFrame = (): null => null;

  exposeFunction = async (_name: string, hear: (view: SocketView) => void): Promise<void> => {
    tellSocket = hear;
  };

  evaluate = async (script: unknown): Promise<object> => {
    asked.push(script);
    return { socket: null, injected: false, watched: false };
  };
}

const nothing = (): void => {};
const session: WatchedSession = {
  isEnding: () => false,
  launchWaits: nothing,
  codeShown: nothing,
  pairingCodeGiven: nothing,
  loginAccepted: nothing,
  loginProgressed: nothing,
  readyByLibrary: nothing,
  providerLost: nothing,
  providerFound: nothing,
  brokeDown: nothing,
  acknowledged: nothing,
};

beforeEach(async () => {
  vi.useFakeTimers();
  asked = [];
  watch = new ClientWatch(session, { everyMs: 15_000, answerMsMax: 5_000 });
  await watch.browserIsUp(new EventEmitter() as unknown as Browser, new NotingPage() as unknown as Page);
  watch.launched();
});
afterEach(() => {
  watch.stop();
  vi.useRealTimers();
});

const kicks = (): number => asked.filter((script) => script === sayHasSynced).length;
const synced = { state: 'CONNECTED', hasSynced: true };

it('a library that missed that its page has synced is told so once', async () => {
  tellSocket(synced);
  tellSocket(synced);
  await vi.advanceTimersByTimeAsync(5_000);
  tellSocket(synced);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(kicks()).toBe(1);
});

it('what one document missed is not told to the next, which is told what it misses itself', async () => {
  tellSocket(synced);
  await vi.advanceTimersByTimeAsync(500);
  watch.isReloading();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(kicks()).toBe(0);
  tellSocket(synced);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(kicks()).toBe(1);
});
