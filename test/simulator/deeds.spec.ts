import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { listTree } from '#libs/processes/process-table';
import { saw, type LibraryClient } from './library-client.js';
import { openStage, type Stage } from './stage.js';

const alice = '491700000001';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
});
afterEach(() => stage.clear());
afterAll(() => stage.end());

const doneDeeds = async (): Promise<unknown[]> =>
  (await stage.control.journal({ kind: 'page.deed_done' })).map(({ detail }) => detail);

/** How long the page takes to say anything. */
async function answerMs(one: LibraryClient): Promise<number> {
  const askedMs = performance.now();
  await one.pupPage!.evaluate('1');
  return performance.now() - askedMs;
}

/** Of the browser with all its processes, without what they share with others. */
function memoryMb(one: LibraryClient): number {
  const pids = listTree([one.pupBrowser!.process()!.pid!]).map(({ pid }) => pid);
  const pss = (pid: number): number => Number(/^Pss:\s+(\d+)/m.exec(rollupOf(pid))?.[1] ?? 0);
  return pids.reduce((sum, pid) => sum + pss(pid) / 1_024, 0);
}

/** Nothing of a helper that has ended since it was listed. */
function rollupOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}

describe('deeds of an open page', () => {
  it('it works and answers in between, hangs and does not, grows, and loads itself anew', async () => {
    const one = await stage.paired('deeds', alice);
    const [page] = await stage.control.pages();
    const told = await stage.control.do({ number: alice, deed: 'work', taskMs: 200, totalMs: 2_500 });
    expect(told).toEqual({ items: [page!.id] });
    const answers: number[] = [];
    while ((await doneDeeds()).length === 0) answers.push(await answerMs(one));
    expect(answers.length).toBeGreaterThan(2);
    expect(Math.max(...answers)).toBeLessThan(2_000);

    await stage.control.do({ page: page!.id, deed: 'hang', ms: 2_000 });
    const hung: number[] = []; // the first question may still come before the deed, or a while after it
    do hung.push(await answerMs(one));
    while (!(await doneDeeds()).includes('hang: 2000 ms'));
    expect(Math.max(...hung)).toBeGreaterThan(1_000);

    const beforeMb = memoryMb(one);
    await stage.control.do({ number: alice, deed: 'grow', mb: 100 });
    await expect.poll(doneDeeds).toEqual([expect.stringMatching(/^work: \d+ tasks$/), 'hang: 2000 ms', 'grow: 100 MB']);
    expect(memoryMb(one) - beforeMb).toBeGreaterThan(50);

    const ready = saw(one, 'ready');
    await stage.control.do({ number: alice, deed: 'reload' });
    await ready;
    expect((await stage.control.journal({ kind: 'page.deed' })).map(({ number }) => number)).toEqual(
      Array(4).fill(alice),
    );
  });

  it('it crashes: the browser stays', async () => {
    const one = await stage.paired('crash', alice);
    const crashed = new Promise<string>((resolve) => {
      one.pupPage!.once('error', ({ message }) => resolve(message));
    });
    await stage.control.do({ number: alice, deed: 'crash' });
    expect(await crashed).toBe('Page crashed!');
    expect(one.pupBrowser!.connected).toBe(true);
    await expect.poll(() => stage.control.pages()).toEqual([]);
  });
});
