import type { Page } from 'puppeteer';
import { beforeEach, describe, expect, it } from 'vitest';
import { within } from '../time-limit.js';
import type { PageLook } from './page-scripts.js';
import { probedPage } from './probed-page.js';
import type { ProbedPage } from './sign-of-life.js';

const SEEN: PageLook = { socket: null, injected: true, watched: true };
/** What is late by then waits for an answer that the test has not given. */
const SOON_MS = 20;

let siteIsAwaited: boolean;
let told: string[];
let browserAnswers: (error?: Error) => void;
let probed: ProbedPage;

beforeEach(() => {
  siteIsAwaited = true;
  told = [];
  const version = new Promise<string>((resolve, reject) => {
    browserAnswers = (error) => (error ? reject(error) : resolve('Chrome/150'));
  });
  const page = { evaluate: async () => SEEN, browser: () => ({ version: () => version }) } as unknown as Page;
  probed = probedPage(page, () => siteIsAwaited, {
    found: () => told.push('found'),
    siteAwaited: () => told.push('site awaited'),
  });
});

describe('a page that waits for the site of its reload', () => {
  it('lives as long as its browser answers, and tells what it waits for', async () => {
    browserAnswers();
    await probed.answer();
    expect(told).toEqual(['site awaited']);
  });

  it('shows no sign of life when its browser is frozen', async () => {
    expect(await within(probed.answer(), SOON_MS)).toBe('late');
    expect(told).toEqual([]);
  });

  it('shows none when its browser has gone', async () => {
    browserAnswers(new Error('Connection closed.'));
    await expect(probed.answer()).rejects.toThrow('Connection closed');
  });

  it('tells of no wait that is over when the browser answers', async () => {
    const answer = probed.answer();
    siteIsAwaited = false;
    browserAnswers();
    await answer;
    expect(told).toEqual([]);
  });
});

describe('a page that waits for nothing', () => {
  it('is asked itself', async () => {
    siteIsAwaited = false;
    await probed.answer();
    expect(told).toEqual(['found']);
  });
});
