import { type PoolClient } from 'pg';
import type { LeaseEnd } from '#libs/contracts/account-manager/lease';
import { END } from './lease-statements.js';
import { ASSUME, LOCK } from './usage-statements.js';

/**
 * In the transaction that marks an account as deleted: its lease is over, its holder is told, what was held counts as used,
 * and nobody gets it again. The locks are taken in the order of a check. An allocation that is under way is waited for by
 * CLOSE, so that END, which begins after it, sees its lease.
 */
export async function closeSlot(client: PoolClient, accountId: string): Promise<void> {
  const cause: LeaseEnd = 'deleted';
  await client.query({ ...LOCK, values: [accountId] });
  await client.query({ ...CLOSE, values: [accountId] });
  await client.query({ ...END, values: [accountId, cause] });
  await client.query({ ...ASSUME, values: [accountId] });
}

/**
 * An allocation that began before the account was marked does not see the mark, even if it comes to the slot after it: it
 * looks again at the slot alone. So it is written there, too.
 */
const CLOSE = {
  name: 'lease-close-slot',
  text: `UPDATE account_slot SET disabled_at = coalesce(disabled_at, clock_timestamp()) WHERE account_id = $1::uuid`,
} as const;
