import { expect, it } from 'vitest';
import { createFaults } from './faults.js';

const alice = { device: 'd1', number: '491700000001' };
const bob = { device: 'd2', number: '491700000002' };

it('strikes whom it aims at: a number, a device, or everybody', () => {
  const faults = createFaults();
  faults.set({ name: 'http_500', number: alice.number });
  faults.set({ name: 'refuse_sends', device: bob.device });
  faults.set({ name: 'expired' });
  expect([alice, bob, {}].map((who) => faults.strike('http_500', who) !== undefined)).toEqual([true, false, false]);
  expect([alice, bob, {}].map((who) => faults.strike('refuse_sends', who) !== undefined)).toEqual([false, true, false]);
  expect([alice, bob, {}].map((who) => faults.strike('expired', who) !== undefined)).toEqual([true, true, true]);
});

it('wears off after its times, and says how often it struck', () => {
  const faults = createFaults();
  faults.set({ name: 'has_synced', when: 'never', number: alice.number, times: 2 });
  const struck = [1, 2, 3].map(() => faults.strike('has_synced', alice)?.when);
  expect(struck).toEqual(['never', 'never', undefined]);
  expect(faults.list()).toMatchObject([{ id: 'f1', name: 'has_synced', struck: 2 }]);
});

it('slows only the stage it names', () => {
  const faults = createFaults();
  faults.set({ name: 'slow', stage: 'send', ms: 40 });
  expect([faults.slowBy('send', alice), faults.slowBy('login', alice)]).toEqual([40, 0]);
});

it('is gone when removed', () => {
  const faults = createFaults();
  const fault = faults.set({ name: 'socket_down' });
  expect(faults.remove(fault!.id)).toMatchObject({ name: 'socket_down' });
  expect(faults.remove(fault!.id)).toBeUndefined();
  expect(faults.strike('socket_down', {})).toBeUndefined();
});
