import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LaunchWatch } from './launch-watch.js';
import type { PageLook } from './page-scripts.js';

let awaited: boolean;
let state: string | null;
let answerMs: number;
let told: string[];
let watch: LaunchWatch;

const browserAnswers = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, answerMs));

const look = async (): Promise<PageLook> => {
  await (awaited ? new Promise(() => {}) : browserAnswers());
  return { socket: state === null ? null : { state, hasSynced: false }, injected: false, watched: false };
};

beforeEach(() => {
  vi.useFakeTimers();
  [awaited, state, answerMs, told] = [true, null, 5, []];
  watch = new LaunchWatch({ isSiteAwaited: () => awaited, look, browserAnswers }, (on) => told.push(on));
  void watch.run();
});
afterEach(() => {
  watch.stop();
  vi.useRealTimers();
});

const passes = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

describe('a launch', () => {
  it('that waits for site, page and socket says each of them once', async () => {
    await passes(3_000);
    awaited = false;
    await passes(8_000);
    state = 'OPENING';
    await passes(3_000);
    expect(told).toEqual(['site', 'page', 'socket']);
  });

  it('that comes up at once says nothing', async () => {
    await passes(700);
    awaited = false;
    await passes(3_000);
    state = 'OPENING';
    await passes(700);
    state = 'UNPAIRED';
    await passes(60_000);
    expect(told).toEqual([]);
  });

  it('that is slow because the machine is busy says nothing', async () => {
    answerMs = 300;
    await passes(10_000);
    expect(told).toEqual([]);
    answerMs = 5;
    await passes(2_000);
    expect(told).toEqual(['site']);
  });

  it('says nothing of a time in which our own event loop was held up', async () => {
    await passes(600);
    const real = performance.now.bind(performance);
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => real() + 2_000); // gone by between two looks
    await passes(800);
    expect(told).toEqual([]);
    await passes(1_200);
    expect(told).toEqual(['site']);
    clock.mockRestore();
  });

  it('says nothing more once it was stopped', async () => {
    await passes(500);
    watch.stop();
    await passes(10_000);
    expect(told).toEqual([]);
  });
});
