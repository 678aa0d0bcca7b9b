import type { LoggedEventName } from '#libs/contracts/event-log';
import { messageEventOf } from './event-write.js';
import { MESSAGE_COLUMNS } from './message-row.js';

export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** The CTE that an owner's write begins with. */
export const OWNER = `owner AS MATERIALIZED (
  SELECT account_id FROM account_ownership WHERE account_id = $1::uuid AND epoch = $2::bigint FOR SHARE
)`;

/** Of a row that an owner's write may change. */
export const OWNED = 'account_id = (SELECT account_id FROM owner)';

/**
 * The writes of an owner: $1 is the account, $2 the epoch. The ownership row is locked FOR SHARE, for the reason given in
 * snapshot-write.ts. Each answers at least one row: whether the epoch is right, and each message that was changed. `told`
 * is the event that goes into the log with a change.
 */
export function ownersWrite(
  name: string,
  told: (LoggedEventName & `message.${string}`) | null,
  change: string,
  returning = MESSAGE_COLUMNS,
): Statement {
  const text = `
WITH ${OWNER}, changed AS (${change}
  RETURNING ${returning}
)${told === null ? '' : `, ${messageEventOf(told)}`}
SELECT EXISTS (SELECT FROM owner) AS owned, changed.* FROM (SELECT) AS always LEFT JOIN changed ON true`;
  return { name, text };
}
