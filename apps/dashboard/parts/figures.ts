import { localeOf } from './time.js';

const formats = new Map<string, Intl.NumberFormat>();

/** A number as people of that language write it. */
export function formatNumber(value: number, language: string, digits = 0): string {
  const key = `${language} ${digits}`;
  const format = formats.get(key) ?? new Intl.NumberFormat(localeOf(language), { maximumFractionDigits: digits });
  formats.set(key, format);
  return format.format(value);
}

/** Small ones with a digit behind the point: 0.4 a second is not none. */
export const formatSmall = (value: number, language: string): string =>
  formatNumber(value, language, value < 10 ? 1 : 0);

export const formatMs = (ms: number, language: string): string => formatUnit(ms, 'millisecond', language);

/** From 1,024 MB on in GB. */
export function formatMb(mb: number, language: string): string {
  return mb < 1_024 ? formatUnit(mb, 'megabyte', language) : formatUnit(mb / 1_024, 'gigabyte', language);
}

function formatUnit(value: number, unit: string, language: string): string {
  const maximumFractionDigits = value < 10 && !Number.isInteger(value) ? 1 : 0;
  const options = { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits } as const;
  return new Intl.NumberFormat(localeOf(language), options).format(value);
}
