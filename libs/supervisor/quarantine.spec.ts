import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createQuarantine } from './quarantine.js';

const strike = (quarantine: ReturnType<typeof createQuarantine>, ...keys: string[]) =>
  keys.map((key) => quarantine.struck(key));

describe('S19 a message that breaks its actor', () => {
  it('is tried again twice; its third crash quarantines it, and no other message', () => {
    const quarantine = createQuarantine({ crashesMax: 3, keptMax: 10 });
    expect(strike(quarantine, 'poison', 'poison')).toEqual(['again', 'again']);
    expect(quarantine.isQuarantined('poison')).toBe(false);
    expect(strike(quarantine, 'poison', 'other')).toEqual(['quarantined', 'again']);
    expect(['poison', 'other', 'never seen'].map((key) => quarantine.isQuarantined(key))).toEqual([true, false, false]);
  });

  it('is found though another one takes turns with it', () => {
    const quarantine = createQuarantine({ crashesMax: 3, keptMax: 10 });
    strike(quarantine, 'a', 'b', 'a', 'b');
    expect(strike(quarantine, 'a', 'b')).toEqual(['quarantined', 'quarantined']);
  });

  it('is no poison when it went through in between', () => {
    const quarantine = createQuarantine({ crashesMax: 3, keptMax: 10 });
    strike(quarantine, 'unlucky', 'unlucky');
    quarantine.passed('unlucky');
    expect(strike(quarantine, 'unlucky', 'unlucky')).toEqual(['again', 'again']);
  });

  it('stays quarantined whatever is told of it later', () => {
    const quarantine = createQuarantine({ crashesMax: 2, keptMax: 10 });
    strike(quarantine, 'poison', 'poison');
    quarantine.passed('poison');
    expect(quarantine.isQuarantined('poison')).toBe(true);
    expect(quarantine.struck('poison')).toBe('quarantined');
  });

  it('forgets the longest-unstruck suspect beyond its limit, but lets no flood of suspects free a convicted one', () => {
    const quarantine = createQuarantine({ crashesMax: 2, keptMax: 2 });
    strike(quarantine, 'poison', 'poison', 'old', 'young', 'newcomer');
    expect(quarantine.isQuarantined('poison')).toBe(true);
    expect(strike(quarantine, 'newcomer', 'old')).toEqual(['quarantined', 'again']);
  });

  it('cannot be made without a try or a memory', () => {
    expect(() => createQuarantine({ crashesMax: 0, keptMax: 1 })).toThrow('impossible');
    expect(() => createQuarantine({ crashesMax: 1, keptMax: 0 })).toThrow('impossible');
  });

  it('counts, in any history that fits its memory, just the strikes of a key since its last pass', () => {
    const step = fc.record({ key: fc.constantFrom('a', 'b', 'c'), passes: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step), fc.integer({ min: 1, max: 4 }), (steps, crashesMax) => {
        const quarantine = createQuarantine({ crashesMax, keptMax: 3 });
        const crashes = new Map<string, number>();
        for (const { key, passes } of steps) {
          const before = crashes.get(key) ?? 0;
          if (passes && before < crashesMax) crashes.set(key, 0);
          if (!passes) crashes.set(key, before + 1);
          if (passes) quarantine.passed(key);
          else expect(quarantine.struck(key)).toBe(before + 1 >= crashesMax ? 'quarantined' : 'again');
          expect(quarantine.isQuarantined(key)).toBe((crashes.get(key) ?? 0) >= crashesMax);
        }
      }),
    );
  });
});
