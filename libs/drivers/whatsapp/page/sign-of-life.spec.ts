import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ProbedPage, SignOfLife } from './sign-of-life.js';

const TIMES = { everyMs: 15_000, answerMsMax: 5_000 };

/** A page whose main thread is in a task until a moment; a question waits behind the task it meets. */
class BusyPage implements ProbedPage {
  busyUntil = 0;
  frozen = false;

  answer(): Promise<void> {
    return this.frozen ? new Promise(() => {}) : passed(this.busyUntil - performance.now());
  }

  browserAnswers(): Promise<void> {
    return this.frozen ? new Promise(() => {}) : Promise.resolve();
  }
}

const passed = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

let page: BusyPage;
let told: { readonly atMs: number; readonly detail: string }[];
let sign: SignOfLife;

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  page = new BusyPage();
  told = [];
  sign = new SignOfLife(page, TIMES, (detail) => told.push({ atMs: performance.now(), detail }));
  sign.start();
});
afterEach(() => {
  sign.stop();
  vi.useRealTimers();
});

/** From this moment on. */
const hang = (ms: number): void => {
  page.busyUntil = performance.now() + ms;
};

describe('signs of life of a page', () => {
  it.each([0, 1, 4_000, 7_500, 14_900])(
    'are missed within 40 s of a hang that begins %d ms after a probe',
    async (ms) => {
      await vi.advanceTimersByTimeAsync(15_010 + ms);
      const since = performance.now();
      hang(60_000);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(told).toHaveLength(1);
      expect(told[0]!.atMs - since).toBeGreaterThan(20_000);
      expect(told[0]!.atMs - since).toBeLessThan(40_000);
      expect(told[0]!.detail).toContain('the page is stuck in a task');
    },
  );

  it('tell a frozen browser from a page that hangs', async () => {
    page.frozen = true;
    await vi.advanceTimersByTimeAsync(40_000);
    expect(told[0]!.detail).toContain('the browser is frozen');
  });

  it('are there in a page that works in tasks of 4.9 s for minutes', async () => {
    for (let tasks = 0; tasks < 40; tasks++) {
      hang(4_900);
      await vi.advanceTimersByTimeAsync(4_910);
    }
    expect(told).toEqual([]);
  });

  it('count when they come late: now and then a slow answer is no hang', async () => {
    for (let tasks = 0; tasks < 10; tasks++) {
      await vi.advanceTimersByTimeAsync(14_000);
      hang(7_000);
      await vi.advanceTimersByTimeAsync(7_010);
    }
    expect(told).toEqual([]);
  });

  it('count also when they come while the browser is asked', async () => {
    await vi.advanceTimersByTimeAsync(15_010);
    page.browserAnswers = () => new Promise(() => {});
    hang(35_490); // both questions are too late by then, at 50 s
    await vi.advanceTimersByTimeAsync(60_000);
    expect(told).toEqual([]);
  });

  it('are not judged while our own event loop is held up', async () => {
    const real = performance.now.bind(performance);
    await vi.advanceTimersByTimeAsync(15_000);
    hang(600_000);
    // Each time the clock has gone on by more than the timer was set to.
    let held = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => real() + held);
    for (let times = 0; times < 12; times++) {
      held += 2_000;
      await vi.advanceTimersByTimeAsync(3_000);
    }
    clock.mockRestore();
    expect(told).toEqual([]);
  });

  it('are asked no more once it was stopped', async () => {
    page.frozen = true;
    await vi.advanceTimersByTimeAsync(21_000);
    sign.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(told).toEqual([]);
  });
});
