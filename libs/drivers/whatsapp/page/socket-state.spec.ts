import { describe, expect, it } from 'vitest';
import { meaningOf } from './socket-state.js';

describe("a state of the page's socket", () => {
  it.each([
    ['CONNECTED', { is: 'connected' }],
    ['UNPAIRED_IDLE', { is: 'out_of_codes' }],
    ['OPENING', { is: 'away', reason: 'network_unreachable' }],
    ['TIMEOUT', { is: 'away', reason: 'provider_timeout' }],
    ['CONFLICT', { is: 'broken', reason: 'conflict' }],
    ['TOS_BLOCK', { is: 'broken', reason: 'blocked' }],
    ['LOGOUT', { is: 'broken', reason: 'logged_out' }],
    ['A_NEW_WORD', { is: 'away' }],
  ])('%s has a meaning', (state, meaning) => expect(meaningOf(state)).toMatchObject(meaning));
});
