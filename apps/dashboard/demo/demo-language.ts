import { useContext } from 'react';
import { LanguageContext } from '../parts/shell.js';
import { type DemoWords, enDemo } from '../words/en.demo.js';
import type { Language } from '../words/language.js';
import { ruDemo } from '../words/ru.demo.js';
import { ukDemo } from '../words/uk.demo.js';

export const DEMO_CATALOGUE: Readonly<Record<Language, DemoWords>> = { en: enDemo, uk: ukDemo, ru: ruDemo };

export function useDemoWords(): { readonly words: DemoWords; readonly language: Language } {
  const language = useContext(LanguageContext);
  return { words: DEMO_CATALOGUE[language], language };
}

/** Such as “2.8s”: tenths are what one sees. */
export function formatSeconds(ms: number, language: Language): string {
  const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  const told = (Math.max(0, ms) / 1_000).toLocaleString(language, {
    style: 'unit',
    unit: 'second',
    unitDisplay: 'narrow',
    ...digits,
  });
  return told.replaceAll(' ', '\u00a0'); // a unit stays with its number
}
