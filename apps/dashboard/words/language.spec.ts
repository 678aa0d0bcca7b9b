import { describe, expect, it } from 'vitest';
import { CATALOGUE, chooseLanguage, LANGUAGES } from './language.js';

/** Every text of a catalogue with its path; what takes arguments is given plain ones. */
function textsOf(words: object, path = ''): readonly (readonly [string, string])[] {
  return Object.entries(words).flatMap(([key, value]: [string, unknown]) => {
    const here = `${path}${key}`;
    if (typeof value === 'string') return [[here, value] as const];
    if (typeof value === 'function')
      return [[here, String((value as (...told: unknown[]) => unknown)('1', '2'))] as const];
    return textsOf(value as object, `${here}.`);
  });
}

const pathsOf = (texts: ReturnType<typeof textsOf>): readonly string[] => texts.map(([path]) => path).sort();

/** The same in every language. */
const NAMES: ReadonlySet<string> = new Set([
  'provider.whatsapp',
  'provider.telegram',
  'account.id',
  'messages.toHint',
  'inspector.speakers.muster',
]);

describe('the language of the page', () => {
  it('is the one that was chosen before', () => expect(chooseLanguage('ru', ['uk-UA', 'en'])).toBe('ru'));
  it('else the first of the browser that there is', () => expect(chooseLanguage(null, ['pl', 'uk-UA'])).toBe('uk'));
  it('else English', () => {
    expect(chooseLanguage(null, [])).toBe('en');
    expect(chooseLanguage('xx', ['de-AT'])).toBe('en');
  });
});

describe.each(LANGUAGES)('the catalogue %s', (language) => {
  const texts = textsOf(CATALOGUE[language]);

  it('says something at every place', () => {
    expect(texts.filter(([, text]) => text.trim() === '').map(([path]) => path)).toEqual([]);
    expect(pathsOf(texts)).toEqual(pathsOf(textsOf(CATALOGUE.en)));
  });

  it('is translated, but for names and signs', () => {
    if (language === 'en') return;
    const english = new Map(textsOf(CATALOGUE.en));
    const same = texts.filter(([path, text]) => english.get(path) === text).map(([path]) => path);
    expect(same.filter((path) => !NAMES.has(path))).toEqual([]);
  });
});
