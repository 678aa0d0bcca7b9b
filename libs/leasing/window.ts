export const DAY_MS = 86_400_000;

/** The longest day there is: 24 hours, and one or two of a clock that is set back. Farther back it is another date. */
const LONGEST_DAY_MS = 27 * 3_600_000;

/** A stretch of time: from `startMs` on, up to but without `endMs`. Milliseconds since 1970. */
export interface Window {
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * The calendar day around an instant, as people live it in a time zone: it has 23 or 25 hours when clocks are set, and
 * begins when the date does, which need not be at 00:00. Found by asking for the date alone, since neither an offset nor
 * a time of the day names an instant for certain.
 */
export function calendarDay(nowMs: number, timeZone: string): Window {
  const dateOf = dateIn(timeZone);
  const today = dateOf(nowMs);
  const startMs = boundary(nowMs - LONGEST_DAY_MS, nowMs, (at) => dateOf(at) === today);
  const endMs = boundary(nowMs, nowMs + LONGEST_DAY_MS, (at) => dateOf(at) !== today);
  return { startMs, endMs };
}

/** Tells how far the local clock stands from midnight, in minutes: 22:30 is 1350. */
export function wallClock(timeZone: string): (nowMs: number) => number {
  const timeOf = timeIn(timeZone);
  return (nowMs) => minutesOf(timeOf(nowMs));
}

/** Of a time of the day such as 22:30. */
export function minutesOf(time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return hour * 60 + minute;
}

/** The first instant for which it holds, between one for which it does not and one for which it does. */
function boundary(beforeMs: number, atMs: number, holds: (at: number) => boolean): number {
  let [low, high] = [Math.floor(beforeMs), Math.ceil(atMs)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}

type Format = (ms: number) => string;

function dateIn(timeZone: string): Format {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  return (ms) => format.format(ms);
}

function timeIn(timeZone: string): Format {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  return (ms) => format.format(ms);
}
