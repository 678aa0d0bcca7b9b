import { type Statement } from '../message-statements.js';
import { grantOf } from './grant-statement.js';
import { SLOT_PARTY } from './lease-parts.js';
import { ledgerOf } from './ledger-write.js';

/**
 * A lease in two phases, for whoever may have left by the time an account is there, and for accounts that have to be asked
 * something first. Offered, it stands in the account’s slot alone, for OFFER_MS_MAX: nobody else gets the account, and
 * nobody has heard of it. Accepted, it is a lease: it gets its row, and its time.
 */

/** As GRANT, with its parameters. */
export const OFFER: Statement = grantOf('lease-offer', 'true');

/**
 * $1 account, $2 lease, $3 for so many ms from when it was offered, $4 sticky. One that is over is not accepted: somebody
 * else may be about to have the account.
 */
export const ACCEPT: Statement = {
  name: 'lease-accept',
  text: `
WITH accepted AS (
  UPDATE account_slot s SET offered = false, expires_at = s.leased_at + $3::float8 * interval '1 millisecond'
  WHERE s.account_id = $1::uuid AND s.lease_id = $2::uuid AND s.offered AND s.expires_at > clock_timestamp()
  RETURNING ${SLOT_PARTY}, s.purpose, s.target_channel_id, s.leased_at, s.expires_at
), written AS (
  INSERT INTO lease (id, account_id, fence, user_id, service_name, purpose, target_channel_id, sticky, allocated_at, expires_at)
  SELECT lease_id, account_id, fence, user_id, service_name, purpose, target_channel_id, $4::text, leased_at, expires_at
  FROM accepted
), ${ledgerOf('lease', {
    from: 'accepted',
    decision: `'accepted'`,
    details: `jsonb_build_object('until', expires_at)`,
  })}
SELECT expires_at AS "expiresAt" FROM accepted`,
};

/** $1 account, $2 lease, $3 why nobody is to have it. */
export const WITHDRAW: Statement = {
  name: 'lease-withdraw',
  text: `
WITH withdrawn AS (
  UPDATE account_slot s SET expires_at = '-infinity'
  WHERE s.account_id = $1::uuid AND s.lease_id = $2::uuid AND s.offered AND s.expires_at > clock_timestamp()
  RETURNING ${SLOT_PARTY}
), ${ledgerOf('lease', { from: 'withdrawn', decision: `'withdrawn'`, why: '$3::text' })}
SELECT lease_id FROM withdrawn`,
};

export const OFFER_STATEMENTS = { OFFER, ACCEPT, WITHDRAW };
export type OfferStatements = Readonly<Record<keyof typeof OFFER_STATEMENTS, Statement>>;
