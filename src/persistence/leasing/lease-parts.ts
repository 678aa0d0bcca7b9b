import { eventOf } from '../event-write.js';
import { ledgerOf } from './ledger-write.js';

/** Columns of a slot that a line of the ledger takes. */
export const SLOT_PARTY = 's.account_id, s.lease_id, s.fence, s.user_id, s.service_name';
export const LEASE_PARTY = 'l.account_id, l.id AS lease_id, l.fence, l.user_id, l.service_name';

/** Its holder is told. `from` has the columns that the ledger takes; `cause` is SQL. */
export const endedEvent = (from: string, cause: string, as: string): string =>
  eventOf('lease.ended', {
    from,
    accountId: 'account_id',
    data: `json_build_object('leaseId', lease_id, 'fence', fence, 'userId', user_id, 'serviceName', service_name,
    'cause', ${cause})`,
    as,
  });

/**
 * Closes a lease in `lease` whose time was over. `from` has its account_id and lease_id, and has the lock of the slot: else
 * one that is being extended in this moment, before its end, would be closed.
 */
export const closeExpired = (from: string): string => `expired AS (
  UPDATE lease l SET ended_at = l.expires_at, end_cause = 'expired'
  FROM ${from} o WHERE l.id = o.lease_id AND l.account_id = o.account_id AND l.ended_at IS NULL
  RETURNING ${LEASE_PARTY}
), ${ledgerOf('lease', { from: 'expired', decision: `'expired'`, as: 'expired_noted' })},
${endedEvent('expired', `'expired'`, 'expired_told')}`;
