import { monitorEventLoopDelay } from 'node:perf_hooks';
import { LOOP_DELAY_MS_MAX, LOOP_DELAY_WINDOW_MS } from '#libs/contracts/limits/runtime';
import type { PartStatus, ReadinessPart } from './runtime-state.js';

export interface LoopDelayMonitor extends ReadinessPart {
  check(): PartStatus;
  close(): void;
}

/**
 * Readiness part `event_loop`: down when the loop was held up for longer than LOOP_DELAY_MS_MAX within the last
 * window or the present one. Holds a timer until closed; it does not keep the process alive.
 */
export function watchLoopDelay(): LoopDelayMonitor {
  const histogram = monitorEventLoopDelay({ resolution: 20 });
  histogram.enable();
  let lastWindowMs = 0;
  const timer = setInterval(() => {
    lastWindowMs = longestMs(histogram.max);
    histogram.reset();
  }, LOOP_DELAY_WINDOW_MS);
  timer.unref();
  return {
    name: 'event_loop',
    check() {
      const delayMs = Math.max(lastWindowMs, longestMs(histogram.max));
      return { status: delayMs > LOOP_DELAY_MS_MAX ? 'down' : 'up', delayMs };
    },
    close() {
      clearInterval(timer);
      histogram.disable();
    },
  };
}

/** An empty histogram says 0 or its own largest number, by version. */
function longestMs(nanoseconds: number): number {
  const ms = nanoseconds / 1e6;
  return Number.isFinite(ms) && ms < 86_400_000 ? Math.round(ms) : 0;
}
