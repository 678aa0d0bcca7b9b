import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { simulate } from './schedule.js';

const run = promisify(execFile);

describe('the simulation', () => {
  it('tells the same story for the same seed, byte for byte', async () => {
    for (const seed of [1, 20, 382, 651]) {
      const first = await simulate(seed);
      const second = await simulate(seed);
      expect(second.story).toBe(first.story);
      expect(first.story.split('\n').length).toBeGreaterThan(20);
    }
  });

  it('tells it in another process, too', async () => {
    const tell = () => run(process.execPath, ['dist/test/simulation/main.js', '--seed', '20']);
    const [first, second] = await Promise.all([tell(), tell()]);
    expect(second.stdout).toBe(first.stdout);
    expect(first.stdout).toContain('seed 20: no failure');
  });

  it('keeps schedules apart that are played at once', async () => {
    const alone = [await simulate(7), await simulate(8)];
    const together = await Promise.all([simulate(7), simulate(8)]);
    expect(together).toEqual(alone);
  });
});
