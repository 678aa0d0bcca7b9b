import { describe, expect, it } from 'vitest';
import { PartWatch } from './part-watch.js';

describe('the watch over a part of the runtime', () => {
  it('waits until it is up for the first time, which is no restart', () => {
    const watch = new PartWatch();
    expect(watch.report).toMatchObject({ state: 'waiting', restarts: 0, reason: null });
    watch.up();
    watch.up();
    expect(watch.report).toMatchObject({ state: 'running', restarts: 0, reason: null });
  });

  it('counts how often it came back, and keeps the first word of why it was away', () => {
    const watch = new PartWatch();
    watch.up();
    watch.down('SIGKILL');
    watch.down('ECONNREFUSED');
    expect(watch.report).toMatchObject({ state: 'waiting', restarts: 0, reason: 'SIGKILL' });
    watch.up();
    expect(watch.report).toMatchObject({ state: 'running', restarts: 1, reason: 'SIGKILL' });
  });

  it('tells of work that failed by its code, never by words that may be somebody’s', async () => {
    const watch = new PartWatch();
    const refused = Object.assign(new Error('value "my secret" is no number'), { code: '22P02' });
    await expect(watch.during(() => Promise.reject(refused))).rejects.toBe(refused);
    expect(watch.report).toMatchObject({ state: 'waiting', reason: '22P02' });
    await watch.during(async () => undefined);
    expect(watch.report.state).toBe('running');
  });
});
