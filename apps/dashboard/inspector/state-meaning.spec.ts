import { expect, it } from 'vitest';
import known from './chart/account.drawing.json' with { type: 'json' };
import { meaningOf, STATE_MEANINGS } from './state-meaning.js';

it.each(Object.keys(STATE_MEANINGS))('says in %s what each state of the machine means, and of no other', (language) => {
  expect(Object.keys(STATE_MEANINGS[language]!).sort()).toEqual(Object.keys(known.drawing.states).sort());
});

it('leaves to the machine what is not translated', () => {
  const younger = { id: 'CONNECTED.resting', description: 'Rests a little.' };
  expect(meaningOf(younger, 'uk')).toEqual({ text: 'Rests a little.', lang: 'en' });
  expect(meaningOf({ id: 'CONNECTED', description: 'Ready and probed.' }, 'en').text).toBe('Ready and probed.');
  expect(meaningOf({ id: 'CONNECTED', description: 'Ready and probed.' }, 'ru').lang).toBe('ru');
});
