import { describe, expect, it } from 'vitest';
import type { LedgerLine } from '#libs/contracts/account-manager/ledger';
import { enLeases } from '../../words/en.leases.js';
import { decisionsOf } from './ledger-filter.js';
import { circumstancesOf, sentenceOf } from './ledger-sentence.js';

const line = (more: Partial<LedgerLine>): LedgerLine => ({
  ...{ id: '1', at: '2026-01-02T12:00:00.000Z', account_id: 'a', lease_id: null, fence: null, user_id: 'shop' },
  ...{ service_name: 'inviter', what: 'lease', decision: 'granted', why: null, details: null },
  ...more,
});

describe('a line of the ledger', () => {
  it('reads as a sentence about its service and its account', () => {
    expect(sentenceOf(line({}), 'Sales Kyiv', enLeases)).toBe('inviter leased Sales Kyiv');
    const denied = line({ what: 'check', decision: 'denied' });
    expect(sentenceOf(denied, 'Sales Kyiv', enLeases)).toBe('inviter may not act with Sales Kyiv');
    const refused = line({ decision: 'refused', account_id: null });
    expect(sentenceOf(refused, '', enLeases)).toBe('inviter got no account');
  });

  it('says what it was about, where, and why', () => {
    const details = { action: 'invite', channel: '-100', target: null };
    expect(circumstancesOf(line({ what: 'check', decision: 'denied', why: 'daily', details }), enLeases)).toEqual([
      'invites',
      '-100',
      'limit of the day reached',
    ]);
    const error = {
      error_message: 'FloodWaitError: 300',
      context: { action_type: 'invite', target_channel_id: '-100' },
    };
    expect(circumstancesOf(line({ what: 'error', why: 'flood_wait', details: error }), enLeases)).toEqual([
      'invites',
      '-100',
      'flood: asked to wait',
      'FloodWaitError: 300',
    ]);
  });

  it('that is younger than the page speaks for itself', () => {
    const young = line({ decision: 'constructor', why: 'toString', details: { purpose: 7 } });
    expect(sentenceOf(young, 'a', enLeases)).toBe('Leases: constructor');
    expect(circumstancesOf(young, enLeases)).toEqual(['toString']);
  });
});

describe('the decisions to choose from', () => {
  it('are those about what was chosen, each with its name', () => {
    expect(decisionsOf('check', enLeases.ledger.says)).toEqual(['allowed', 'denied']);
    const all = decisionsOf(null, enLeases.ledger.says);
    expect(new Set(all).size).toBe(all.length);
    expect(Object.keys(enLeases.ledger.decisions).sort()).toEqual([...all].sort());
  });
});
