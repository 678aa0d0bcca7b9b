const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

/** Whole seconds until then, never less than none. */
export function secondsUntil(iso: string, nowMs: number): number {
  return Math.max(0, Math.ceil((Date.parse(iso) - nowMs) / 1_000));
}

/** In the two greatest units, such as “2 hr 14 min”; a clock that is behind makes nothing negative. */
export function formatDuration(ms: number, language: string): string {
  let rest = Math.max(0, Math.floor(ms / 1_000));
  const first = UNITS.findIndex(([, seconds]) => rest >= seconds);
  const shown = (first < 0 ? UNITS.slice(-1) : UNITS.slice(first, first + 2)).map(([unit, seconds]) => {
    const count = Math.floor(rest / seconds);
    rest %= seconds;
    return { unit, count };
  });
  return shown
    .filter(({ count }, i) => i === 0 || count > 0)
    .map(({ unit, count }) => numberOf(language, unit).format(count))
    .join(' ');
}

const formats = new Map<string, Intl.NumberFormat>();

function numberOf(language: string, unit: string): Intl.NumberFormat {
  const key = `${language} ${unit}`;
  const format = formats.get(key) ?? new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' });
  formats.set(key, format);
  return format;
}

/** The time alone for what was today, with its day for all else. */
export function formatMoment(iso: string, nowMs: number, language: string): string {
  const at = new Date(iso);
  const isToday = at.toDateString() === new Date(nowMs).toDateString();
  const day = isToday ? {} : ({ day: 'numeric', month: 'short' } as const);
  return at.toLocaleString(language, { ...day, hour: '2-digit', minute: '2-digit', second: '2-digit' });
}
