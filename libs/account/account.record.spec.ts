import { describe, expect, it } from 'vitest';
import { transition } from 'xstate';
import { ACCOUNT_DEADLINES } from './account.context.js';
import type { AccountEvent } from './account.events.js';
import { accountMachine } from './account.machine.js';
import { EVENTS_BETWEEN_STEPS_MAX, limitsOf, StepRecord, STEPS_BETWEEN_STARTS } from './account.record.js';
import { type AccountSnapshot, revive, SNAPSHOT_VERSION, store } from './account.snapshot.js';

const NOW = 1_800_000_000_000;
const rest = revive(null, NOW).snapshot;
const connect: AccountEvent = { type: 'account.connect', at: NOW };
const queued = transition(accountMachine, rest, connect)[0];
const qr = (attempt: number): AccountEvent => ({ type: 'driver.qr', attempt, expiresAt: NOW + attempt, at: NOW });
const gone: AccountEvent = { type: 'driver.broken', reason: 'browser_gone', detail: 'pid 7', at: NOW + 5 };
const throughJson = (snapshot: AccountSnapshot, record: StepRecord) =>
  revive(JSON.parse(JSON.stringify(store(snapshot, record.pending))), NOW);

describe('what a step keeps for its replay', () => {
  it('is nothing but its orders when its name and time say all', () => {
    const record = new StepRecord([], null);
    expect(record.step(2, { type: 'launch.granted', at: NOW }, queued, ['openSession'])).toEqual({
      did: 'openSession',
    });
    expect(record.step(3, { type: 'driver.scanned', at: NOW }, queued, [])).toEqual({});
  });

  it('is what the event carried', () => {
    const record = new StepRecord([], null);
    expect(record.step(2, gone, queued, [])).toEqual({ with: { reason: 'browser_gone', detail: 'pid 7' } });
  });

  it('is a start to replay from, for a new account and then for every hundredth step', () => {
    const record = new StepRecord(null, null);
    expect(record.step(1, connect, rest, [])).toEqual({ anew: true, from: store(rest) });
    expect(record.step(STEPS_BETWEEN_STARTS, gone, queued, [])).toMatchObject({ from: store(queued) });
    expect(record.step(STEPS_BETWEEN_STARTS + 1, gone, queued, [])).not.toHaveProperty('from');
  });

  it('is what came since the step before, the same thing said again once', () => {
    const record = new StepRecord([], null);
    record.pass(qr(1), true);
    for (let times = 0; times < 9; times += 1) record.pass(gone, false);
    expect(record.step(2, connect, queued, [])).toEqual({ before: [qr(1), gone] });
    expect(record.pending).toEqual([]);
  });

  it('outlives the process: what was waiting for its step is stored with the snapshot', () => {
    const record = new StepRecord([], null);
    record.pass(qr(1), true);
    const back = throughJson(queued, record);
    const next = new StepRecord(back.ok ? back.pending : null, null);
    expect(next.step(2, gone, queued, [])).toMatchObject({ before: [qr(1)] });
  });

  it('begins anew when too much came, also after the process has died', () => {
    const record = new StepRecord([], null);
    for (let n = 0; n <= EVENTS_BETWEEN_STEPS_MAX; n += 1) record.pass(qr(n), true);
    expect(record.pending).toBeNull();
    const back = throughJson(queued, record);
    expect(back).toMatchObject({ ok: true, pending: null });
    expect(new StepRecord(back.ok ? back.pending : null, null).step(2, gone, queued, [])).toMatchObject({ anew: true });
  });

  it('begins anew with what another version has stored', () => {
    const { version: _, ...older } = store(queued, []);
    expect(revive({ version: SNAPSHOT_VERSION - 1, ...older }, NOW)).toMatchObject({ ok: true, pending: null });
    expect(revive(store(queued), NOW)).toMatchObject({ ok: true, pending: null });
  });

  it('names the limits that are not the default, once in each life', () => {
    expect(limitsOf(ACCOUNT_DEADLINES)).toBeNull();
    const record = new StepRecord([], limitsOf({ ...ACCOUNT_DEADLINES, launch: 5 }));
    expect(record.step(2, connect, rest, [])).toEqual({ limits: { launch: 5 } });
    expect(record.step(3, connect, rest, [])).toEqual({});
  });
});
