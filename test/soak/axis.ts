/** Steps that people read without thinking. */
const STEPS = [1, 2, 5, 10] as const;
/** Of an axis of minutes. */
const MINUTE_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440] as const;

export interface Axis {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
}

const TICKS_WANTED = 4;

/** Round numbers around all values; down to zero when that costs less than half of the height. `whole`: what is counted. */
export function axisOf(values: readonly number[], whole: boolean): Axis {
  let [least, most] = [Infinity, -Infinity];
  for (const value of values) [least, most] = [Math.min(least, value), Math.max(most, value)];
  if (!Number.isFinite(least)) [least, most] = [0, 1];
  if (least >= 0 && least < most / 2) least = 0;
  const step = Math.max(niceStep(Math.max(most - least, 1) / TICKS_WANTED), whole ? 1 : 0);
  const low = Math.floor(least / step) * step;
  const high = Math.max(Math.ceil(most / step) * step, low + step);
  const ticks = Array.from({ length: Math.round((high - low) / step) + 1 }, (_, n) => low + n * step);
  return { low, high, ticks };
}

export function minuteTicks(minutes: number, ticksMax = 8): readonly number[] {
  const step = MINUTE_STEPS.find((each) => minutes / each <= ticksMax) ?? minutes;
  return Array.from({ length: Math.floor(minutes / step) + 1 }, (_, n) => n * step);
}

/** `mm:ss` */
export function minutesOf(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
}

function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * STEPS.find((step) => step * power >= least * 0.999)!;
}
