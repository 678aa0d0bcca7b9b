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

/** How long something took, also when that was no time to speak of: below ten seconds to the tenth. */
export function formatHeld(ms: number, language: string): string {
  if (ms >= 10_000) return formatDuration(ms, language);
  const held = Math.max(0, ms);
  if (held < 1_000) return numberOf(language, 'millisecond').format(held);
  return numberOf(language, 'second').format(Math.round(held / 100) / 10);
}

const formats = new Map<string, Intl.NumberFormat>();

export function numberOf(language: string, unit: string): Intl.NumberFormat {
  const key = `${language} ${unit}`;
  const format =
    formats.get(key) ?? new Intl.NumberFormat(localeOf(language), { style: 'unit', unit, unitDisplay: 'short' });
  formats.set(key, format);
  return format;
}

/** The time alone for what was today, with its day for all else. */
export function formatMoment(iso: string, nowMs: number, language: string): string {
  const at = new Date(iso);
  const isToday = at.toDateString() === new Date(nowMs).toDateString();
  const day = isToday ? {} : ({ day: 'numeric', month: 'short' } as const);
  return at.toLocaleString(localeOf(language), { ...day, hour: '2-digit', minute: '2-digit', second: '2-digit' });
}

/** As the person’s own region writes it, where that speaks the language of the page: 21:30 in London, 9:30 PM in New York. */
export function localeOf(language: string, wished: readonly string[] = globalThis.navigator?.languages ?? []): string {
  return wished.find((tag) => tag.toLowerCase().split('-', 1)[0] === language) ?? language;
}
