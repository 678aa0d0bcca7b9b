import { beforeEach, describe, expect, it } from 'vitest';
import type { CommittedState, MusterEvent } from '#libs/contracts/events';
import {
  BROWSER_LOOK_EVERY_MS,
  RECYCLE_IDLE_MS,
  RECYCLE_AGAIN_AFTER_MS,
  RECYCLE_BACK_MS_MAX,
  RECYCLE_BUSY_PAUSE_MS,
  RECYCLE_IDLE_WAIT_MS_MAX,
} from '#libs/contracts/limits/machines';
import { createVirtualClock, type VirtualClock } from '#test/support/virtual-clock';
import type { RecycleOutcome } from './drained-recycle.js';
import { type RecyclableAccount, Recycler } from './recycler.js';

const BUDGET_MB = 1_000;
const TOO_MUCH = 1_500;

/** An account that answers as it is told to, and is away for a while after it was recycled. */
class PlayedAccount implements RecyclableAccount {
  detail = 'CONNECTED.online';
  answer: RecycleOutcome | Error = 'recycled';
  drainMs = 0;
  awayMs = 5_000;
  readonly askedAt: number[] = [];

  constructor(private readonly clock: VirtualClock) {}

  get state(): CommittedState {
    return { status: this.detail.split('.', 1)[0], detail: this.detail } as CommittedState;
  }

  recycle(): Promise<RecycleOutcome> {
    this.askedAt.push(this.clock.now());
    return new Promise((resolve, reject) =>
      this.clock.setTimeout(() => {
        if (this.answer instanceof Error) return reject(this.answer);
        resolve(this.answer);
        if (this.answer !== 'recycled') return;
        this.detail = 'CONNECTING.closing';
        this.clock.setTimeout(() => (this.detail = 'CONNECTED.online'), this.awayMs);
      }, this.drainMs),
    );
  }
}

let clock: VirtualClock;
let recycler: Recycler;
let began: number;
let warnings: unknown[];
let accounts: Map<string, PlayedAccount>;
let memoryMb: Map<string, number>;
beforeEach(() => {
  clock = createVirtualClock();
  began = clock.now();
  warnings = [];
  accounts = new Map(['shop', 'office', 'warehouse'].map((id) => [id, new PlayedAccount(clock)]));
  memoryMb = new Map([...accounts.keys()].map((id) => [id, 300]));
  const quiet = (): void => undefined;
  const log = { debug: quiet, info: quiet, error: quiet, warn: (data: object) => void warnings.push(data) };
  recycler = new Recycler({
    clock,
    log,
    memoryMbMax: BUDGET_MB,
    idleMs: RECYCLE_IDLE_MS,
    find: (id) => accounts.get(id) ?? null,
  });
});

const account = (id: string): PlayedAccount => accounts.get(id)!;
/** When it was asked, in seconds from the beginning. */
const askedAt = (id: string): readonly number[] => account(id).askedAt.map((at) => (at - began) / 1_000);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Looks go on for so long; between two of them something may happen. */
async function looksFor(ms: number, between: () => void = () => undefined): Promise<void> {
  for (const until = clock.now() + ms; clock.now() < until; ) {
    recycler.look(memoryMb);
    between();
    await clock.advance(BROWSER_LOOK_EVERY_MS);
  }
}

const messageOf = (accountId: string): MusterEvent =>
  ({ event: 'message.received', accountId, at: clock.now(), message: {} }) as MusterEvent;

describe('a browser over its memory budget', () => {
  it('is replaced when its account has been idle for half a minute, and others are left alone', async () => {
    memoryMb.set('shop', TOO_MUCH);
    await looksFor(MINUTE);
    expect([askedAt('shop'), askedAt('office')]).toEqual([[30], []]);
  });

  it('is left alone when it was over it in one look only', async () => {
    for (const mb of [TOO_MUCH, 900, TOO_MUCH, 900, TOO_MUCH, 900]) {
      memoryMb.set('shop', mb);
      await looksFor(BROWSER_LOOK_EVERY_MS);
    }
    expect(askedAt('shop')).toEqual([]);
  });

  it('is left alone exactly at its budget', async () => {
    memoryMb.set('shop', BUDGET_MB);
    await looksFor(5 * MINUTE);
    expect(askedAt('shop')).toEqual([]);
  });

  it('waits while messages come and go, of this account and no other', async () => {
    memoryMb.set('shop', TOO_MUCH);
    await looksFor(10 * MINUTE, () => recycler.hear(messageOf('shop')));
    expect(askedAt('shop')).toEqual([]);
    await looksFor(MINUTE, () => recycler.hear(messageOf('office')));
    expect(askedAt('shop')).toHaveLength(1);
  });

  it('is replaced after an hour though its account is never idle: what waits stays in the outbox', async () => {
    memoryMb.set('shop', TOO_MUCH);
    await looksFor(RECYCLE_IDLE_WAIT_MS_MAX + MINUTE, () => recycler.hear(messageOf('shop')));
    expect(askedAt('shop')).toEqual([RECYCLE_IDLE_WAIT_MS_MAX / 1_000]);
  });

  it('waits while its account is not wholly connected', async () => {
    memoryMb.set('shop', TOO_MUCH);
    account('shop').detail = 'CONNECTED.degraded';
    await looksFor(5 * MINUTE);
    expect(askedAt('shop')).toEqual([]);
    account('shop').detail = 'CONNECTED.online';
    await looksFor(MINUTE);
    expect(askedAt('shop')).toHaveLength(1);
  });
});

describe('of several browsers over their budget', () => {
  beforeEach(() => {
    memoryMb.set('shop', TOO_MUCH).set('office', TOO_MUCH + 100);
  });

  it('the largest is replaced first, and the next when it is back', async () => {
    account('office').awayMs = 100_000;
    await looksFor(5 * MINUTE, () => account('office').detail === 'CONNECTING.closing' && memoryMb.set('office', 200));
    expect([askedAt('office'), askedAt('shop')]).toEqual([[30], [135]]);
  });

  it('the next does not wait for one that finishes what is under way for as long as that takes', async () => {
    account('office').drainMs = HOUR;
    await looksFor(RECYCLE_BACK_MS_MAX + MINUTE);
    expect([askedAt('office'), askedAt('shop')]).toEqual([[30], [30 + RECYCLE_BACK_MS_MAX / 1_000]]);
  });

  it('the next does not wait for ever for one that does not come back', async () => {
    account('office').awayMs = 10 * HOUR;
    await looksFor(RECYCLE_BACK_MS_MAX + MINUTE);
    expect(askedAt('shop')).toEqual([30 + RECYCLE_BACK_MS_MAX / 1_000]);
  });

  it('the next does not wait for one that came to rest, or was deleted', async () => {
    for (const id of ['office', 'shop']) account(id).awayMs = 10 * HOUR;
    await looksFor(45_000);
    account('office').detail = 'FAILED.idle';
    await looksFor(BROWSER_LOOK_EVERY_MS);
    expect(askedAt('shop')).toEqual([45]);
    memoryMb.set('warehouse', TOO_MUCH);
    await looksFor(MINUTE);
    expect(askedAt('warehouse')).toEqual([]);
    accounts.delete('shop');
    await looksFor(BROWSER_LOOK_EVERY_MS);
    expect(askedAt('warehouse')).toHaveLength(1);
  });
});

describe('an account that is asked to be recycled', () => {
  beforeEach(() => void memoryMb.set('shop', TOO_MUCH));

  it.each([['busy'], ['not_connected'], [new Error('a bug')]] as const)(
    'and answers %s is asked again later, and another in the meantime',
    async (answer) => {
      account('shop').answer = answer;
      await looksFor(MINUTE);
      memoryMb.set('office', TOO_MUCH);
      await looksFor(RECYCLE_BUSY_PAUSE_MS);
      expect(askedAt('shop')).toEqual([30, 30 + RECYCLE_BUSY_PAUSE_MS / 1_000]);
      expect(askedAt('office')).toEqual([90]);
    },
  );

  it('and needs so much again at once is not recycled in a loop: the log says what to do, once an hour', async () => {
    await looksFor(RECYCLE_AGAIN_AFTER_MS - MINUTE);
    expect(askedAt('shop')).toEqual([30]);
    expect(warnings).toEqual([{ accountId: 'shop', memoryMb: TOO_MUCH, memoryMbMax: BUDGET_MB }]);
    await looksFor(RECYCLE_AGAIN_AFTER_MS);
    expect(askedAt('shop')).toHaveLength(2);
    expect(warnings).toHaveLength(2);
  });

  it('is asked no more once the runtime stops', async () => {
    await looksFor(BROWSER_LOOK_EVERY_MS);
    recycler.stop();
    await looksFor(5 * MINUTE);
    expect(askedAt('shop')).toEqual([]);
  });
});

it('leaves no timer behind, and remembers nobody who is within the budget', async () => {
  await looksFor(HOUR);
  expect(clock.pending).toBe(0);
});
