import { localeOf } from './time.js';

const formats = new Map<string, Intl.NumberFormat>();

/** Always in megabytes, so that a column of them compares at a glance. */
export function formatMemory(mb: number, language: string): string {
  const options = { style: 'unit', unit: 'megabyte', unitDisplay: 'short', maximumFractionDigits: 0 } as const;
  const format = formats.get(language) ?? new Intl.NumberFormat(localeOf(language), options);
  formats.set(language, format);
  return format.format(mb);
}
