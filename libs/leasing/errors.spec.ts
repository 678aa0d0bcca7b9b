import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ErrorClass, ERROR_CLASSES } from '#libs/contracts/account-manager/lease-error';
import { FLOOD_WAIT_MS_MAX } from '#libs/contracts/limits/leasing';
import { classifyError } from './error-class.js';
import { type ErrorMemory, judgeError } from './ladder.js';
import { decayedScore, NEUTRAL_SCORE, scoreAfter } from './score.js';

const HOUR_MS = 3_600_000;
const CLEAN: ErrorMemory = { floods: 0, floodAtMs: null, faults: 0 };

/** As the libraries of services spell them. */
const SPELLED: readonly (readonly [ErrorClass, string, string])[] = [
  ['flood_wait', 'flood_wait', 'FloodWaitError: 300'],
  ['flood_wait', 'FloodWaitError', 'A wait of 300 seconds is required (caused by InviteToChannelRequest)'],
  ['flood_wait', 'RpcError', '420 FLOOD_WAIT_300'],
  ['flood_wait', 'rate-overlimit', ''],
  ['peer_flood', 'peer_flood', ''],
  ['peer_flood', 'PeerFloodError', 'Too many requests'],
  ['peer_flood', 'BadRequest', 'PEER_FLOOD'],
  ['peer_flood', '', 'USER_BANNED_IN_CHANNEL'],
  ['login_dead', 'auth_key_unregistered', ''],
  ['login_dead', 'AuthKeyDuplicatedError', ''],
  ['login_dead', 'SESSION_REVOKED', ''],
  ['login_dead', 'session dead', ''],
  ['login_dead', 'Error', 'LOGOUT'],
  ['login_dead', '', 'not-authorized'],
  ['banned', 'account_banned', ''],
  ['banned', 'PhoneNumberBannedError', ''],
  ['banned', 'UserDeactivatedBanError', 'The user has been deleted/deactivated'],
  ['banned', 'Disconnected', 'PROXYBLOCK'],
  ['target_refused', 'UserPrivacyRestrictedError', "The user's privacy settings do not allow you to do this"],
  ['target_refused', 'USER_NOT_MUTUAL_CONTACT', ''],
  ['target_refused', 'InputUserDeactivatedError', 'The specified user was deleted'],
  ['target_refused', 'target_refused', ''],
  ['target_refused', 'Error', 'phone not registered on WhatsApp'],
  ['target_refused', 'Error', 'target account blocked'],
  ['not_possible', 'ChatAdminRequiredError', ''],
  ['not_possible', 'BannedRightsInvalidError', ''],
  ['not_possible', 'INVITE_HASH_EXPIRED', ''],
  ['not_possible', 'PeerIdInvalidError', ''],
  ['not_possible', '', 'USER_ALREADY_PARTICIPANT'],
  ['not_possible', 'Error', 'The user was banned from this chat'],
  ['banned', 'banned', ''],
  ['banned', '', 'the phone number has been banned'],
  ['unknown', 'Error', 'somebody wrote “banned”'],
  ['unknown', 'ParseError', 'dialog output is empty'],
  ['unknown', 'Error', 'row 401 is missing'],
  ['login_dead', '401', ''],
  ['login_dead', 'HttpError', 'status 401'],
  ['transient', 'TimeoutError', ''],
  ['transient', 'ConnectionError', 'ECONNRESET'],
  ['transient', 'RPC_CALL_FAIL', ''],
  ['unknown', 'ValueError', 'the moon is full'],
  ['unknown', '', ''],
];

describe('an error', () => {
  it.each(SPELLED)('is %s: %s %s', (expected, type, message) => {
    expect(classifyError(type, message).class).toBe(expected);
  });

  it('of a flood tells how long', () => {
    for (const text of [
      'FloodWaitError: 300',
      'A wait of 300 seconds is required',
      '420 FLOOD_WAIT_300',
      '300',
      '{"seconds": 300}',
    ])
      expect(classifyError('flood_wait', text).waitMs, text).toBe(300_000);
    expect(classifyError('flood_wait', 'later').waitMs).toBeNull();
  });

  it.each([
    ['429 Too Many Requests: retry after 3600', 3_600],
    ['429 Too Many Requests', null],
    ['Please wait 10 minutes', 600],
    ['try again in 2 hours', 7_200],
    ['1 hour', 3_600],
    ['1h30m', 5_400],
    ['wait 1 hour and 5 minutes', 3_900],
    ['{"error_code":429,"parameters":{"retry_after":35}}', 35],
    ['retry_after_ms: 90000', 90],
    ['Retry-After: 120', 120],
    ['sent 5 messages, FLOOD_WAIT_300', 300],
    ['FLOOD_WAIT_300, the last one 5 min ago', 300],
  ])('of a flood tells how long in any unit: %s', (text, seconds) => {
    expect(classifyError('flood_wait', text).waitMs).toBe(seconds === null ? null : seconds * 1_000);
  });

  it('is classed whatever it says', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (type, message) => {
        const { class: kind, waitMs } = classifyError(type, message);
        expect(ERROR_CLASSES).toContain(kind);
        expect(waitMs === null || (kind === 'flood_wait' && waitMs > 0)).toBe(true);
      }),
    );
  });
});

describe('the ladder', () => {
  const flood = (waitMs: number | null, memory: ErrorMemory, now: number) =>
    judgeError({ class: 'flood_wait', waitMs }, memory, now);

  it('rests for what was asked and a minute, which doubles with each flood within a day', () => {
    const first = flood(300_000, CLEAN, 0);
    expect(first.restMs).toBe(360_000);
    const second = flood(300_000, first.memory, HOUR_MS);
    expect(second.restMs).toBe(300_000 + 120_000);
    const third = flood(300_000, second.memory, 24 * HOUR_MS);
    expect(third.restMs).toBe(300_000 + 240_000);
    expect(flood(300_000, third.memory, 48 * HOUR_MS).restMs).toBe(360_000);
    expect(flood(null, CLEAN, 0).restMs).toBe(16 * 60_000);
  });

  it('never rests for less than what was asked and a minute, nor for ever', () => {
    const floods = fc.array(
      fc.tuple(fc.integer({ min: 1, max: FLOOD_WAIT_MS_MAX }), fc.integer({ min: 0, max: 30 * HOUR_MS })),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(floods, (series) => {
        let [memory, now] = [CLEAN, 0];
        for (const [waitMs, later] of series) {
          now += later;
          const { restMs, memory: next } = flood(waitMs, memory, now);
          expect(restMs).toBeGreaterThanOrEqual(waitMs + 60_000);
          expect(restMs).toBeLessThanOrEqual(waitMs + 24 * HOUR_MS);
          memory = next;
        }
      }),
    );
  });

  it('rests a day after a peer flood, a quarter of an hour after what nobody knows, and not for what others did', () => {
    const restOf = (kind: ErrorClass) => judgeError({ class: kind, waitMs: null }, CLEAN, 0).restMs;
    expect([restOf('peer_flood'), restOf('unknown')]).toEqual([24 * HOUR_MS, 15 * 60_000]);
    expect([restOf('target_refused'), restOf('transient')]).toEqual([0, 0]);
  });

  it('lets a passing fault be tried again, later each time', () => {
    let memory = CLEAN;
    const pauses = Array.from({ length: 9 }, () => {
      const verdict = judgeError({ class: 'transient', waitMs: null }, memory, 0);
      memory = verdict.memory;
      return verdict.retryAfterMs;
    });
    expect(pauses).toEqual([5_000, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000, 300_000]);
  });
});

describe('the score', () => {
  const outcomes = fc.constantFrom('success' as const, 'failure' as const, ...ERROR_CLASSES);
  it('stays between 0 and 1, falls with errors, the worse the more, and heals', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(outcomes, fc.integer({ min: 0, max: 50 * HOUR_MS }))), (series) => {
        let [score, now] = [{ score: NEUTRAL_SCORE, atMs: 0 }, 0];
        for (const [outcome, later] of series) {
          now += later;
          const before = decayedScore(score, now);
          score = scoreAfter(score, outcome, now);
          expect(score.score >= 0 && score.score <= 1).toBe(true);
          expect(outcome === 'success' ? score.score >= before : score.score <= before).toBe(true);
        }
        expect(decayedScore(score, now + 24 * HOUR_MS)).toBeCloseTo((1 + score.score) / 2);
      }),
    );
    const after = (outcome: ErrorClass) => scoreAfter({ score: 1, atMs: 0 }, outcome, 0).score;
    expect(after('banned') < after('peer_flood') && after('peer_flood') < after('flood_wait')).toBe(true);
    expect(after('flood_wait') < after('transient') && after('transient') < after('target_refused')).toBe(true);
  });
});
