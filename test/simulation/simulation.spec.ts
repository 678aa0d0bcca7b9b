import { describe, expect, it } from 'vitest';
import { simulate } from './schedule.js';

describe('the simulation', () => {
  it('tells the same story for the same seed, byte for byte', async () => {
    for (const seed of [1, 20, 382, 651]) {
      const first = await simulate(seed);
      const second = await simulate(seed);
      expect(second.story).toBe(first.story);
      expect(first.story.split('\n').length).toBeGreaterThan(20);
    }
  });

  it('keeps schedules apart that are played at once', async () => {
    const alone = [await simulate(7), await simulate(8)];
    const together = await Promise.all([simulate(7), simulate(8)]);
    expect(together).toEqual(alone);
  });
});
