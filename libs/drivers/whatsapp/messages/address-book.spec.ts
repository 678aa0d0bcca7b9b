import type { Page } from 'puppeteer';
import { beforeEach, describe, expect, it } from 'vitest';
import { ownIds } from '../page/reading-scripts.js';
import { AddressBook } from './address-book.js';

const PHONES: Record<string, string> = { '770@lid': '380000000001@c.us' };

let asked: (readonly string[])[];
let page: Page | null;
const book = (): AddressBook => new AddressBook({ page }, { idOf: (id) => id });

/** A page that knows who some are, and notes of whom it is asked. */
const knowingPage = {
  evaluate: async (script: unknown, ids: readonly string[]): Promise<unknown> => {
    if (script === ownIds) return ['380000000009@c.us', '779:3@lid'];
    asked.push(ids);
    return Object.fromEntries(ids.map((id) => [id, PHONES[id] ?? id]));
  },
} as unknown as Page;

beforeEach(() => {
  asked = [];
  page = knowingPage;
});

describe('who is behind an anonymous id', () => {
  it('is told by phone from when the page has said it, and asked for once', async () => {
    const addresses = book();
    expect(addresses.nameOf('770@lid')).toBe('770@lid');
    await addresses.learn(['770@lid', '770@lid', '380000000002@c.us']);
    await addresses.learn(['770@lid']);
    expect(addresses.nameOf('770@lid')).toBe('380000000001@c.us');
    expect(addresses.nameOf('380000000002@c.us')).toBe('380000000002@c.us');
    expect(asked).toEqual([['770@lid']]);
  });

  it('is asked again when the page did not know', async () => {
    const addresses = book();
    await addresses.learn(['771@lid']);
    await addresses.learn(['771@lid']);
    expect(addresses.nameOf('771@lid')).toBe('771@lid');
    expect(asked).toHaveLength(2);
  });

  it('is ourselves under either name, whatever the device', async () => {
    const addresses = book();
    await addresses.learn([]);
    expect(['380000000009@c.us', '380000000009:7@c.us', '779@lid'].map((id) => addresses.isOwn(id))).toEqual([
      ...[true, true, true],
    ]);
    expect(addresses.isOwn('770@lid')).toBe(false);
  });

  it('stays unknown without a page, and with one that goes away', async () => {
    page = null;
    await book().learn(['770@lid']);
    page = { evaluate: () => Promise.reject(new Error('Target closed')) } as unknown as Page;
    const addresses = book();
    await addresses.learn(['770@lid']);
    expect(addresses.nameOf('770@lid')).toBe('770@lid');
  });
});
