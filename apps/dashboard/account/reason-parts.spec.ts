import { describe, expect, it } from 'vitest';
import { REASON_CODES } from '#libs/contracts/reasons';
import { CATALOGUE, LANGUAGES } from '../words/language.js';
import { reasonParts } from './reason-parts.js';

describe('a reason', () => {
  it('tells first what happened, then what to do', () => {
    expect(reasonParts(CATALOGUE.en.reasons.conflict)).toEqual([
      'The account was opened in another place',
      'Close it there, then connect again.',
    ]);
    expect(reasonParts('The browser ended unexpectedly.')).toEqual(['The browser ended unexpectedly', '']);
  });

  it.each(LANGUAGES)('has a title of one line in %s', (language) => {
    const titles = REASON_CODES.map((code) => reasonParts(CATALOGUE[language].reasons[code])[0]);
    expect(titles.filter((title) => title.length > 120 || title.endsWith('.'))).toEqual([]);
  });
});
