import { describe, expect, it } from 'vitest';
import { readCard, writeCard } from './vcard.js';

describe('a contact’s card', () => {
  it('says of an E.164 phone that it can be written to, and is read back as it was', () => {
    const card = { name: 'O’Neil; Ann, Dr.', phones: ['+491700000001', '112'] };
    expect(writeCard(card).split('\n')).toContain('TEL;type=CELL;waid=491700000001:+491700000001');
    expect(readCard(writeCard(card))).toEqual(card);
  });

  it('keeps a name on its line, whatever it holds', () => {
    expect(readCard(writeCard({ name: 'Ann\nTEL:+666', phones: ['+491700000001'] }))).toEqual({
      name: 'Ann TEL:+666',
      phones: ['+491700000001'],
    });
  });

  it.each([
    [
      'an Apple card',
      'BEGIN:VCARD\r\nN:Lee;Ann;;;\r\nFN:Ann Lee\r\nitem1.TEL;waid=49170:+49 170\r\nEND:VCARD',
      'Ann Lee',
      ['+49170'],
    ],
    ['a line that is folded', 'BEGIN:VCARD\nFN:Ann\n  Lee\nTEL:+49\n 170\nEND:VCARD', 'Ann Lee', ['+49170']],
    ['no full name', 'BEGIN:VCARD\nN:Lee;Ann\nTEL:112\nEND:VCARD', 'Lee Ann', ['112']],
    ['no name at all', 'BEGIN:VCARD\nTEL:+491700000001\nEND:VCARD', '+491700000001', ['+491700000001']],
  ])('is read: %s', (_, vcard, name, phones) => expect(readCard(vcard)).toEqual({ name, phones }));

  it.each(['', 'BEGIN:VCARD\nFN:Ann\nEND:VCARD', 'hello'])('is none without a phone: %j', (vcard) =>
    expect(readCard(vcard)).toBeNull(),
  );
});
