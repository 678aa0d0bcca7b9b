import { beforeEach, describe, expect, it } from 'vitest';
import type { MusterEvent } from '#libs/contracts/events';
import { type AccountEntry, StaleEpochError } from '#src/supervision/ports';
import { entryOf, NOON, stateOf } from '#test/support/account-entries';
import { createSnapshotRecorder, RecorderClosedError, type SnapshotRecorder } from './snapshot-recorder.js';

/** A store whose every commit ends when the test says so. */
interface Commit {
  readonly entries: readonly AccountEntry[];
  readonly atMs: number;
  succeed(...stale: string[]): Promise<void>;
  fail(): Promise<void>;
}

let nowMs: number;
let timers: { readonly dueMs: number; readonly run: () => void }[];
let commits: Commit[];
let news: MusterEvent[];
let log: string[];
let recorder: SnapshotRecorder;

/** Lets promises go on: none of them waits for anything but others. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};
async function pass(ms: number): Promise<void> {
  const endMs = nowMs + ms;
  for (;;) {
    const due = timers.filter(({ dueMs }) => dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs)[0];
    if (!due) break;
    timers = timers.filter((timer) => timer !== due);
    nowMs = Math.max(nowMs, due.dueMs);
    due.run();
    await settle();
  }
  nowMs = endMs;
  await settle();
}
const last = (): Commit => commits.at(-1)!;
const stepsOf = (entries: readonly AccountEntry[]): string[] =>
  entries.map(({ accountId, transitions }) => `${accountId}${transitions[0]!.seq}`);

beforeEach(() => {
  [nowMs, timers, commits, news, log] = [NOON, [], [], [], []];
  recorder = createSnapshotRecorder({
    write: (entries) =>
      new Promise((resolve, reject) => {
        commits.push({
          entries,
          atMs: nowMs,
          succeed: (...stale) => (resolve(new Set(stale)), settle()),
          fail: () => (reject(new Error('connection lost')), settle()),
        });
      }),
    clock: {
      now: () => nowMs,
      setTimeout: (run, afterMs) => {
        const timer = { dueMs: nowMs + afterMs, run };
        timers.push(timer);
        return timer;
      },
      clearTimeout: (timer) => void (timers = timers.filter((other) => other !== timer)),
    },
    bus: { publish: (event) => void news.push(event) },
    log: { info: (_data, text) => void log.push(text), warn: (_data, text) => void log.push(text) },
    limits: { waitMsMax: 20, entriesMax: 4, backlogMax: 6, retryMs: 250, retryMsMax: 1_000 },
  });
});

describe('a change', () => {
  it('after a quiet time is committed at once, and told only then', async () => {
    let recorded = false;
    const done = recorder.record(entryOf('a', 1)).then(() => (recorded = true));
    await pass(0);
    expect(commits).toHaveLength(1);
    expect([recorded, recorder.states.size, news.length]).toEqual([false, 0, 0]);

    await last().succeed();
    await done;
    expect(recorder.states.get('a')).toMatchObject({ status: 'CONNECTING', since: NOON + 1 });
    expect(news).toMatchObject([
      {
        event: 'account.changed',
        accountId: 'a',
        at: NOON + 1,
        transitions: [{ seq: 1, at: '2026-01-02T12:00:00.001Z', epoch: 1 }],
      },
    ]);
  });

  it('soon after a commit waits for company, at most the given time', async () => {
    void recorder.record(entryOf('a', 1));
    await pass(0);
    await last().succeed();
    await pass(5);
    void recorder.record(entryOf('b', 1));
    await pass(10);
    void recorder.record(entryOf('c', 1));
    await pass(4);
    expect(commits).toHaveLength(1);
    await pass(1);
    expect(stepsOf(last().entries)).toEqual(['b1', 'c1']);
  });

  it('does not wait when a commit is full; the rest gathers while it is under way', async () => {
    for (const id of ['a', 'b', 'c', 'd', 'e']) void recorder.record(entryOf(id, 1));
    expect(stepsOf(last().entries)).toEqual(['a1', 'b1', 'c1', 'd1']);
    await pass(100);
    expect(commits).toHaveLength(1);
    await last().succeed();
    await pass(20);
    expect(stepsOf(last().entries)).toEqual(['e1']);
  });

  it('is not held up by a clock that was set back', async () => {
    void recorder.record(entryOf('a', 1));
    await pass(0);
    await last().succeed();
    nowMs -= 3_600_000;
    void recorder.record(entryOf('a', 2));
    await pass(20);
    expect(commits).toHaveLength(2);
  });
});

describe('changes of one account', () => {
  it('stay in order, in one commit or in several', async () => {
    for (const seq of [1, 2, 3, 4, 5, 6]) void recorder.record(entryOf('a', seq));
    await last().succeed();
    await pass(20);
    await last().succeed();
    expect(commits.flatMap(({ entries }) => stepsOf(entries))).toEqual(['a1', 'a2', 'a3', 'a4', 'a5', 'a6']);
    expect(news.map((event) => 'transitions' in event && event.transitions[0]?.seq)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(recorder.states.get('a')?.since).toBe(NOON + 6);
  });

  it('under two epochs never meet in one commit', async () => {
    const stale = recorder.record(entryOf('a', 1)).catch((error: unknown) => error);
    const taken = recorder.record(entryOf('a', 2, { epoch: 2 }));
    await pass(0);
    await last().succeed('a');
    expect(await stale).toBeInstanceOf(StaleEpochError);
    await pass(20);
    await last().succeed();
    await taken;
    expect(news).toHaveLength(1);
  });
});

it('a stale epoch rejects the changes of that account alone', async () => {
  const results = Promise.allSettled(['a', 'b', 'a'].map((id, index) => recorder.record(entryOf(id, index + 1))));
  await pass(0);
  await last().succeed('a');
  expect((await results).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected']);
  expect([...recorder.states.keys()]).toEqual(['b']);
  expect(news.map(({ accountId }) => accountId)).toEqual(['b']);
});

describe('while the store is away', () => {
  it('the same commit is repeated with growing pauses until it succeeds, and commands are refused meanwhile', async () => {
    const done = recorder.record(entryOf('a', 1));
    await pass(0);
    for (const pauseMs of [250, 500, 1_000, 1_000, 1_000]) {
      await last().fail();
      expect(recorder.accepting()).toBe(false);
      void recorder.record(entryOf('b', commits.length));
      const before = commits.length;
      await pass(pauseMs - 1);
      expect(commits).toHaveLength(before);
      await pass(1);
      expect(commits).toHaveLength(before + 1);
      expect(stepsOf(last().entries)).toEqual(['a1']);
    }
    await last().succeed();
    await done;
    expect(recorder.accepting()).toBe(true);
    expect(stepsOf(last().entries)).toEqual(['b1', 'b2', 'b3', 'b4']);
    expect(log.at(-1)).toBe('the store is back');
  });

  it('too many waiting changes refuse commands, and no change is lost', async () => {
    for (let seq = 1; seq <= 6; seq += 1) void recorder.record(entryOf('a', seq));
    expect(recorder.accepting()).toBe(false);
    expect(recorder.waiting()).toBe(6);
    await last().succeed();
    expect([recorder.accepting(), recorder.waiting()]).toEqual([true, 2]);
  });
});

describe('stopping', () => {
  it('flush commits what waits without gathering, and resolves when all of it is concluded', async () => {
    void recorder.record(entryOf('a', 1));
    await pass(0);
    await last().succeed();
    void recorder.record(entryOf('a', 2));
    let flushed = false;
    const flush = recorder.flush().then(() => (flushed = true));
    expect(commits).toHaveLength(2);
    await settle();
    expect(flushed).toBe(false);
    await last().succeed();
    await flush;
    await recorder.flush();
  });

  it('close keeps what the commit under way achieved and rejects the rest', async () => {
    const first = recorder.record(entryOf('a', 1));
    await pass(0);
    const second = recorder.record(entryOf('a', 2)).catch((error: unknown) => error);
    const closed = recorder.close();
    await last().succeed();
    await Promise.all([first, closed]);
    expect(await second).toBeInstanceOf(RecorderClosedError);
    await expect(recorder.record(entryOf('a', 3))).rejects.toThrow(RecorderClosedError);
    expect([timers.length, recorder.accepting()]).toEqual([0, false]);
  });

  it('close does not wait for a store that is away', async () => {
    const lost = recorder.record(entryOf('a', 1)).catch((error: unknown) => error);
    await pass(0);
    await last().fail();
    await recorder.close();
    expect(await lost).toBeInstanceOf(RecorderClosedError);
    expect([commits.length, timers.length]).toEqual([1, 0]);
  });
});

it('the committed view can be primed and forgotten without news', () => {
  recorder.prime('a', stateOf('CONNECTED'));
  expect(recorder.states.get('a')?.status).toBe('CONNECTED');
  recorder.forget('a');
  expect([recorder.states.size, news.length]).toEqual([0, 0]);
});
