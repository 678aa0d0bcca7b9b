import { describe, expect, it } from 'vitest';
import { describeMachine, drawMachine } from './account.chart.js';

describe('the account’s chart', () => {
  it('is the one drawn from the code (npm run draw renews it)', async () => {
    await expect(drawMachine(describeMachine())).toMatchFileSnapshot('./account.chart.mmd');
  });

  it('names every state it has, with what holds in it', () => {
    const { states } = describeMachine();
    expect(states.filter((s) => s.parent === null).map((s) => s.id)).toEqual([
      'DISCONNECTED',
      'CONNECTING',
      'QR_READY',
      'AUTHENTICATING',
      'CONNECTED',
      'FAILED',
    ]);
    expect(states.filter((s) => !s.description)).toEqual([]);
  });

  it('says how long is waited for each deadline, as it is set, and what is done on the way in', () => {
    const { states, transitions } = describeMachine({ launch: 1_234 });
    const delays = Object.fromEntries(transitions.map(({ event, delayMs }) => [event, delayMs]));
    expect(delays).toMatchObject({ 'deadline.launch': 1_234, 'deadline.backoff': null, 'driver.ready': null });
    expect(states.find(({ id }) => id === 'CONNECTING.launching')?.entry).toContain('openSession');
  });

  it('names every guard and action', () => {
    expect(JSON.stringify(describeMachine())).not.toContain('unnamed');
  });
});
