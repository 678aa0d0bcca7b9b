import { describe, expect, it } from 'vitest';
import { knownBrowser } from './known-browser.js';

const measured = { memoryMb: 61, cpuPercent: 0, processes: 6, measuredAt: '2026-01-01T12:00:00.000Z' };
const before = '2026-01-01T11:59:00.000Z';
const after = '2026-01-01T12:00:01.000Z';

describe('the browser of an account', () => {
  it('is what was measured since its status was entered', () => {
    expect(knownBrowser(measured, { detail: 'CONNECTED.online', since: before })).toBe(measured);
    expect(knownBrowser(measured, { detail: 'CONNECTED.degraded', since: measured.measuredAt })).toBe(measured);
  });

  it('is not the one before', () => {
    expect(knownBrowser(measured, { detail: 'CONNECTING.launching', since: after })).toBeNull();
    expect(knownBrowser(measured, { detail: 'CONNECTED.online', since: after })).toBeNull();
  });

  it('is none at rest, nor where none was measured', () => {
    expect(knownBrowser(measured, { detail: 'DISCONNECTED.idle', since: before })).toBeNull();
    expect(knownBrowser(null, { detail: 'CONNECTED.online', since: before })).toBeNull();
  });
});
