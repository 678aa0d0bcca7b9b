import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitShellWords } from './shell-words.js';

const words = (line: string): readonly string[] => {
  const split = splitShellWords(line);
  if (!split.ok) throw new Error(split.why);
  return split.words;
};

describe('splitting as a shell splits words', () => {
  it.each<[string, readonly string[]]>([
    ['', []],
    ['  \t ', []],
    ['--a --b', ['--a', '--b']],
    [
      '"--host-resolver-rules=MAP web.whatsapp.com 127.0.0.1:8443" --x',
      ['--host-resolver-rules=MAP web.whatsapp.com 127.0.0.1:8443', '--x'],
    ],
    ["--rules='MAP a b'", ['--rules=MAP a b']],
    ['a\\ b', ['a b']],
    ['"" x', ['', 'x']],
    ['"a\\"b" "c\\d" \'e\\f\'', ['a"b', 'c\\d', 'e\\f']],
    ['$HOME *', ['$HOME', '*']],
    ['a"b"\'c\'d', ['abcd']],
  ])('%s', (line, expected) => {
    expect(words(line)).toEqual(expected);
  });

  it.each([
    ["--a 'b", /quote \('\) that is never closed/],
    ['"b', /quote \("\)/],
    ['a\\', /lone backslash/],
  ])('refuses %s', (line, why) => {
    const split = splitShellWords(line);
    expect(split.ok).toBe(false);
    expect(!split.ok && split.why).toMatch(why);
  });

  it('gives back whatever words were quoted', () => {
    const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
    fc.assert(
      fc.property(fc.array(fc.string()), (given) => {
        expect(words(given.map(quote).join(' '))).toEqual(given);
      }),
    );
  });
});
