import type { LedgerSubject } from '#libs/contracts/account-manager/ledger';

/**
 * The part of a statement that writes its line: a CTE behind the one that makes the change, so that there is none without
 * the other. One line per row of `from`, which has the columns account_id, lease_id, fence, user_id and service_name.
 */
export function ledgerOf(
  what: LedgerSubject,
  line: { from: string; decision: string; why?: string; details?: string; as?: string; where?: string },
): string {
  const { from, decision, why = 'NULL', details = 'NULL', as = 'noted', where = 'true' } = line;
  return `${as} AS (
  INSERT INTO lease_ledger (account_id, lease_id, fence, user_id, service_name, what, decision, why, details)
  SELECT account_id, lease_id, fence, user_id, service_name, '${what}', ${decision}, ${why}, ${details}
  FROM ${from} WHERE ${where}
)`;
}
