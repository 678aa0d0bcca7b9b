import { describe, expect, it } from 'vitest';
import type { CheckView } from '#libs/contracts/health';
import { readinessOf } from './readiness-tone.js';

const check = (details: CheckView['details'], status: CheckView['status'] = 'ok'): CheckView => ({
  status,
  info: {},
  error: {},
  details,
});
const runtime = { status: 'up', phase: 'running' } as const;

describe('readiness', () => {
  it('is well when every part is', () => {
    expect(readinessOf(check({ runtime, restarts: { status: 'up', brakes: [{ on: false, held: 0 }] } }))).toBe('ok');
  });

  it('asks for a look while restarts are held back, or accounts are restored', () => {
    expect(readinessOf(check({ restarts: { status: 'up', brakes: [{ on: true, held: 3 }] } }))).toBe('warn');
    expect(readinessOf(check({ runtime: { status: 'up', phase: 'restoring' } }))).toBe('warn');
  });

  it('is missing when a part is down, whatever the others say', () => {
    expect(readinessOf(check({ runtime, database: { status: 'down' } }, 'error'))).toBe('bad');
    expect(readinessOf(check({ runtime: { status: 'down' } }, 'shutting_down'))).toBe('stopping');
    expect(readinessOf(null)).toBe('waiting');
  });

  it('is not known while nobody answers', () => {
    expect(readinessOf(check({ runtime }), new TypeError('fetch failed'))).toBe('rest');
  });
});
