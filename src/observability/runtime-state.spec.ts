import { describe, expect, it } from 'vitest';
import { RuntimeState } from './runtime-state.js';

describe('the state of the runtime', () => {
  it('starts as starting and never leaves shutting_down', () => {
    const state = new RuntimeState();
    expect(state.phase).toBe('starting');
    state.setPhase('shutting_down');
    state.setPhase('running');
    expect(state.phase).toBe('shutting_down');
  });

  it('takes a part that throws, rejects or is late as down, and tells nothing of the error', async () => {
    const state = new RuntimeState();
    state.addReadinessPart({ name: 'fine', check: () => ({ status: 'up' }) });
    state.addReadinessPart({
      name: 'throws',
      check: () => {
        throw new TypeError('password=hunter2');
      },
    });
    state.addReadinessPart({ name: 'rejects', check: () => Promise.reject(new Error('password=hunter2')) });
    state.addReadinessPart({ name: 'late', check: () => new Promise(() => undefined) });
    const parts = await state.checkParts();
    expect(parts).toMatchObject({
      fine: { status: 'up' },
      throws: { status: 'down' },
      rejects: { status: 'down' },
      late: { status: 'down' },
    });
    expect(JSON.stringify(parts)).not.toContain('hunter2');
  });

  it('asks a part once, however many probes come', async () => {
    let asked = 0;
    const state = new RuntimeState();
    state.addReadinessPart({ name: 'store', check: () => ({ status: 'up', asked: ++asked }) });
    await Promise.all(Array.from({ length: 50 }, () => state.checkParts()));
    expect(asked).toBe(1);
  });

  it('refuses two parts of one name', () => {
    const state = new RuntimeState();
    const remove = state.addReadinessPart({ name: 'store', check: () => ({ status: 'up' }) });
    expect(() => state.addReadinessPart({ name: 'store', check: () => ({ status: 'up' }) })).toThrow(/exists/);
    remove();
    state.addReadinessPart({ name: 'store', check: () => ({ status: 'up' }) });
  });
});
