import { describe, expect, it } from 'vitest';
import { DEMO_FAULT_NAMES, DEMO_REFUSALS } from '#apps/simulator/demo/demo-words';
import { LANGUAGES } from '../words/language.js';
import { DEMO_CATALOGUE, formatSeconds } from './demo-language.js';

/** Every text; what takes arguments is given plain ones. */
function textsOf(words: object): readonly string[] {
  return Object.values(words).flatMap((value: unknown) => {
    if (typeof value === 'string') return [value];
    if (typeof value === 'function') return [String((value as (...told: string[]) => string)('1', '2'))];
    return textsOf(value as object);
  });
}

describe.each(LANGUAGES)('the panel in %s', (language) => {
  const words = DEMO_CATALOGUE[language];

  it('says of each fault what it does, and of each refusal why', () => {
    expect(Object.keys(words.fault).toSorted()).toEqual([...DEMO_FAULT_NAMES].toSorted());
    expect(Object.keys(words.refusals).toSorted()).toEqual([...DEMO_REFUSALS].toSorted());
    expect(textsOf(words).filter((text) => text.trim() === '')).toEqual([]);
  });

  it('shares no text with another language', () => {
    const others = LANGUAGES.filter((other) => other !== language).flatMap((other) => textsOf(DEMO_CATALOGUE[other]));
    expect(textsOf(words).filter((text) => others.includes(text) && !['Демо', 'Ввести код'].includes(text))).toEqual(
      [],
    );
  });
});

it('tells tenths of seconds, as the language writes them', () => {
  expect(LANGUAGES.map((language) => formatSeconds(2_840, language).replace(/\s/, ' '))).toEqual([
    '2.8s',
    '2,8с',
    '2,8 с',
  ]);
});
