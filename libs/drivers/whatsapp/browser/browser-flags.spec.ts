import { expect, it } from 'vitest';
import { browserFlags, headlessMode } from './browser-flags.js';

it('keeps the sandbox for everybody but root, and with it the zygotes', () => {
  for (const kind of ['shell', 'full'] as const) {
    expect(browserFlags([], kind, false).filter((flag) => /sandbox|zygote/.test(flag))).toEqual([]);
    expect(browserFlags([], kind, true)).toContain('--no-sandbox');
  }
  expect(browserFlags([], 'full', true)).not.toContain('--no-zygote');
});

it('makes only the shell lean, and lets each store a login soon', () => {
  expect(browserFlags([], 'shell')).toContain('--in-process-gpu');
  expect(browserFlags([], 'full')).not.toContain('--in-process-gpu');
  for (const kind of ['shell', 'full'] as const)
    expect(browserFlags([], kind)).toContain('--enable-aggressive-domstorage-flushing');
});

it('gives the operator the last word', () => {
  expect(browserFlags(['--lang=de'], 'shell').at(-1)).toBe('--lang=de');
});

it('starts each kind in the only headless mode it has', () => {
  expect([headlessMode('shell'), headlessMode('full')]).toEqual(['shell', true]);
});
