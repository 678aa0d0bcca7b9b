import { describe, expect, it } from 'vitest';
import type { SoakOptions } from './options.js';
import { readOptions } from './options.js';
import { drawSoak } from './picture.js';
import { asText, reportOf } from './report.js';
import type { SoakRun } from './run.js';

const MINUTE_MS = 60_000;
const options: SoakOptions = { minutes: 30, accounts: 2, provider: 'whatsapp', seed: 1, out: 'soak' };

/** Half an hour in which nothing happens, but that the runtime gets so many descriptors more an hour. */
function runWith(descriptorsPerHour: number, more: Partial<SoakRun> = {}): SoakRun {
  const samples = Array.from({ length: 360 }, (_, n) => {
    const atMs = n * 5_000;
    const grown = Math.floor((descriptorsPerHour * atMs) / (60 * MINUTE_MS));
    return { atMs, calm: true, values: { 'runtime.descriptors': 40 + grown, 'runtime.heapMb': 60, orphans: 0 } };
  });
  const faults = [{ name: 'the page crashes', who: 'a0', atMs: MINUTE_MS, healedMs: 3_000 }] as const;
  const messages = { in: 3, out: 3 };
  const rest = { tookMs: 30 * MINUTE_MS, messages, statuses: { delivered: 3 }, violations: [], warnings: {} };
  return { samples, faults, ...rest, ...more };
}

describe('a soak', () => {
  it('in which nothing grows or goes wrong is held', () => {
    const report = reportOf(options, runWith(0));
    expect(report.ok).toBe(true);
    expect(asText(report)).toContain('1 faults, 1 healed (after 3 s at most)');
  });

  it('with a descriptor left behind by each fault fails, and says what grows', () => {
    const report = reportOf(options, runWith(60));
    expect(report.ok).toBe(false);
    expect(asText(report)).toContain('WRONG: runtime: descriptors grows');
  });

  it('with a message lost fails, whatever else it shows', () => {
    expect(reportOf(options, runWith(0, { violations: ['stream: "hello" is lost'] })).ok).toBe(false);
  });

  it('is drawn with its units, bars and faults', () => {
    const picture = drawSoak(reportOf(options, runWith(60)));
    for (const told of [
      'runtime: heap used (MB)',
      'minutes',
      'may +6: above',
      '01:00  the page crashes (a0): well after 3 s',
    ])
      expect(picture).toContain(told);
    expect(picture).not.toContain('NaN');
  });
});

it.each([['--minutes 0'], ['--accounts 1.5'], ['--provider telegram'], ['--seed x'], ['--kills 3']])(
  '%s is refused',
  (line) => {
    expect(() => readOptions(line.split(' '))).toThrow();
  },
);
