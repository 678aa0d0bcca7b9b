import type { QuietHours } from '#libs/contracts/account-manager/lease-limits';
import { minutesOf, wallClock } from './window.js';

const MINUTE_MS = 60_000;
/** Where a clock that is set forward jumps over all that is not quiet, two days are quiet, and an hour more or less. */
const LOOK_MINUTES_MAX = 50 * 60;

/**
 * When the quiet hours around this instant are over, in milliseconds since 1970; null when it is not quiet. By the clock on
 * the wall: `22:00` to `07:00` is an hour shorter in the night in which it is set forward. They may span midnight.
 */
export function quietUntil(nowMs: number, timeZone: string, hours: QuietHours | null): number | null {
  if (hours === null) return null;
  const minuteOfDay = wallClock(timeZone);
  const [from, to] = [minutesOf(hours.from), minutesOf(hours.to)];
  const isQuiet = (ms: number): boolean => within(minuteOfDay(ms), from, to);
  if (!isQuiet(nowMs)) return null;
  // Whole minutes are minutes in every zone of today. Stepwise, since a clock may jump over the end.
  const firstMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
  for (let minutes = 1; minutes <= LOOK_MINUTES_MAX; minutes += 1) {
    const at = firstMs + minutes * MINUTE_MS;
    if (!isQuiet(at)) return at;
  }
  throw new Error(`no end of quiet hours ${hours.from} to ${hours.to} in ${timeZone}`);
}

const within = (minute: number, from: number, to: number): boolean =>
  from < to ? minute >= from && minute < to : minute >= from || minute < to;
