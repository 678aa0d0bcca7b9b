import { afterEach, expect, it, vi } from 'vitest';
import { refused } from '#libs/contracts/refusals';
import { type NewWaiter, WaitingList } from './waiting-list.js';

const SOON = { timeout: 10_000, interval: 5 };
const WAITERS = 300;
let list: WaitingList;
afterEach(() => {
  list.onModuleDestroy();
  vi.restoreAllMocks();
});

function waiter(n: number, grant: NewWaiter['grant'], more: Partial<NewWaiter> = {}): NewWaiter {
  return {
    ...{ id: `w${String(n).padStart(4, '0')}`, userId: `u${n % 7}`, serviceName: 's', purpose: 'p', priority: n % 3 },
    ...{ waitMs: 60_000, wants: () => 'any', left: new AbortController().signal, grant },
    ...{ whyNone: () => Promise.resolve(refused('no_account_free', 'asked')), giveBack: () => Promise.resolve() },
    ...more,
  };
}

it('puts those who wait in order once a round, not once for each of them', async () => {
  list = new WaitingList();
  let tries = 0;
  const grant = () => {
    tries += 1;
    return Promise.resolve(refused('no_account_free'));
  };
  for (let n = 0; n < WAITERS; n += 1) void list.enter(waiter(n, grant, { wants: () => (n % 2 ? 'this' : 'that') }));
  await expect.poll(() => list.isLooking, SOON).toBe(false);
  const sorts = vi.spyOn(Array.prototype, 'sort');
  tries = 0;
  list.look();
  await expect.poll(() => list.isLooking, SOON).toBe(false);
  expect(tries).toBeGreaterThan(0);
  expect(sorts.mock.calls.length).toBeLessThanOrEqual(tries);
});

it('gives one that comes in the middle of a round its turn in that round', async () => {
  list = new WaitingList();
  const served: string[] = [];
  const grant = (name: string) => () => {
    served.push(name);
    return Promise.resolve(refused('no_account_free'));
  };
  const others = ['first', 'second'].map((name, n) => waiter(n, grant(name), { wants: () => name, priority: 0 }));
  const urgent = waiter(9, grant('urgent'), { wants: () => 'urgent', priority: 9 });
  const first = { ...others[0]!, grant: () => (void list.enter(urgent), others[0]!.grant(() => true)) };
  void list.enter(first);
  void list.enter(others[1]!);
  await expect.poll(() => served.length, SOON).toBeGreaterThanOrEqual(3);
  expect(served.slice(0, 3)).toEqual(['first', 'urgent', 'second']);
});

it('answers who waits when their time is over, though the one before them is not done', async () => {
  list = new WaitingList();
  const isThere: (() => boolean)[] = [];
  let end!: () => void;
  const hung = new Promise<void>((resolve) => (end = resolve));
  const grant: NewWaiter['grant'] = async (isStill) => {
    isThere.push(isStill);
    await hung;
    return refused('waiter_left');
  };
  const [first, other] = [1, 2].map((n) => list.enter(waiter(n, grant, { priority: 0, waitMs: 50 })));
  for (const answer of [first, other]) expect(await answer).toMatchObject({ why: 'no_account_free', detail: 'asked' });
  expect(list.isEmpty).toBe(true);
  expect(isThere.map((isStill) => isStill())).toEqual([false]);
  end();
  await list.closed('w0001');
});
