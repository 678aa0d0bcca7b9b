import { describe, expect, it } from 'vitest';
import { mismatchOf } from './media.js';

describe('a file', () => {
  it.each([
    ['image', 'application/pdf'],
    ['image', 'text/html; charset=utf-8'],
    ['sticker', 'video/mp4'],
    ['voice', 'video/mp4'],
    ['video', 'image/gif'],
    ['audio', 'application/octet-stream'],
  ] as const)('is no %s when it is of the type %s, but a document', (kind, type) => {
    expect(mismatchOf(kind, type)).toContain('as a document it can');
    expect(mismatchOf('document', type)).toBeNull();
  });

  it.each([
    ['image', 'image/png'],
    ['sticker', 'image/webp'],
    ['voice', 'audio/ogg; codecs=opus'],
    ['audio', 'AUDIO/mpeg'],
    ['video', 'video/mp4'],
  ] as const)('is %s when it is of the type %s', (kind, type) => expect(mismatchOf(kind, type)).toBeNull());
});
