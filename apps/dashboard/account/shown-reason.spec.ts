import { describe, expect, it } from 'vitest';
import type { ReasonView } from '#libs/contracts/account';
import { shownReason } from './shown-reason.js';

const reason = (code: string): ReasonView => ({ code }) as ReasonView;
const lost = reason('network_unreachable');

describe('an account', () => {
  it('that has lost its provider for a moment says so, though it is still connected', () => {
    expect(shownReason({ status: 'CONNECTED', detail: 'CONNECTED.degraded', reason: lost })).toBe(lost);
  });

  it('that is well again does not tell of what was', () => {
    expect(shownReason({ status: 'CONNECTED', detail: 'CONNECTED.online', reason: lost })).toBeNull();
  });

  it('says why it fell, and nothing of a rest that was asked for', () => {
    expect(shownReason({ status: 'CONNECTING', detail: 'CONNECTING.backingOff', reason: lost })).toBe(lost);
    const stopped = reason('stopped');
    expect(shownReason({ status: 'DISCONNECTED', detail: 'DISCONNECTED.idle', reason: stopped })).toBeNull();
  });
});
