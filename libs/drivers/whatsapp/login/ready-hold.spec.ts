import { NOTHING_BUT_TEXT } from '#libs/contracts/content';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { DriverFact } from '#libs/contracts/session';
import { ReadyHold } from './ready-hold.js';

const qr: DriverFact = { type: 'driver.qr', qr: 'a code', attempt: 1, lifetimeMs: 60_000 };
const scanned: DriverFact = { type: 'driver.scanned' };
const ready: DriverFact = { type: 'driver.ready', phone: '+491700000001' };
const degraded: DriverFact = { type: 'driver.degraded', reason: 'network_unreachable' };
const dropped: DriverFact = { type: 'driver.dropped', reason: 'browser_gone' };
const received: DriverFact = {
  type: 'driver.received',
  message: {
    ...NOTHING_BUT_TEXT,
    kind: 'text' as const,
    providerMessageId: 'm',
    chatId: 'c',
    from: 'f',
    text: 'hello',
    sentAt: 0,
  },
};

let told: DriverFact[];
let hold: ReadyHold;

beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  hold = new ReadyHold((fact) => told.push(fact));
});
afterEach(() => vi.useRealTimers());

function pass(...facts: readonly DriverFact[]): void {
  for (const fact of facts) hold.pass(fact);
}

it('tells a restored login as ready at once', () => {
  pass(scanned, ready);
  expect(told).toEqual([scanned, ready]);
});

it('tells a new pairing as ready when the browser has stored it, and all in its order', () => {
  pass(qr, scanned, ready, received, degraded);
  expect(told).toEqual([qr, scanned]);
  vi.advanceTimersByTime(1_249);
  expect(told).toEqual([qr, scanned]);
  vi.advanceTimersByTime(1);
  expect(told).toEqual([qr, scanned, ready, received, degraded]);
});

it('holds back once: what comes after is told at once', () => {
  pass(qr, ready);
  vi.runAllTimers();
  pass(degraded, ready);
  expect(told).toEqual([qr, ready, degraded, ready]);
});

it('never tells as ready what ended before, and loses no message of it', () => {
  pass(qr, ready, received, dropped);
  vi.runAllTimers();
  expect(told).toEqual([qr, received, dropped]);
});
