import { en, type Words } from './en.js';
import { ru } from './ru.js';
import { uk } from './uk.js';

export const LANGUAGES = ['en', 'uk', 'ru'] as const;
export type Language = (typeof LANGUAGES)[number];

export const CATALOGUE: Readonly<Record<Language, Words>> = { en, uk, ru };

/** What was chosen before; else the first language of the browser that there is; else English. */
export function chooseLanguage(kept: string | null, wished: readonly string[]): Language {
  const known = [kept ?? '', ...wished.map((tag) => tag.toLowerCase().split('-', 1)[0] ?? '')];
  return known.map((tag) => LANGUAGES.find((language) => language === tag)).find((found) => found) ?? 'en';
}
