import { describe, expect, it } from 'vitest';
import { FILENAME_CHARS_MAX } from './limits/messages.js';
import { readFilename, readMimeType } from './file-names.js';

describe('a name that somebody else gave', () => {
  it.each([
    ['invoice.pdf', 'invoice.pdf'],
    ['  Звіт за рік.pdf ', 'Звіт за рік.pdf'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\me\\photo.jpg', 'photo.jpg'],
    ['a\u0000b\r\nc.txt', 'abc.txt'],
    ['invoice\u202egpj.exe', 'invoicegpj.exe'],
    ['a\ud800b.txt', 'ab.txt'],
    ['', null],
    ['/', null],
    ['\u0001', null],
    [undefined, null],
  ])('%j is kept as %j', (text, name) => {
    expect(readFilename(text)).toBe(name);
  });

  it('is shortened before its ending', () => {
    const name = readFilename(`${'a'.repeat(1_000)}.jpeg`);
    expect(name).toHaveLength(FILENAME_CHARS_MAX);
    expect(name?.endsWith('a.jpeg')).toBe(true);
  });
});

describe('a media type that somebody else gave', () => {
  it.each([
    ['image/PNG', 'image/png'],
    ['text/plain; charset=utf-8', 'text/plain; charset=utf-8'],
    ['text/plain; a="b; c"', 'text/plain; a="b; c"'],
    ['text/plain;\r\na=b', 'application/octet-stream'],
    ['text/plain; a="\r\nb: c"', 'application/octet-stream'],
    ['text/plain; a="ї"', 'application/octet-stream'],
    ['image', 'application/octet-stream'],
    ['text/html\r\nx: y', 'application/octet-stream'],
    [undefined, 'application/octet-stream'],
  ])('%j is kept as %j', (text, type) => {
    expect(readMimeType(text)).toBe(type);
  });
});
