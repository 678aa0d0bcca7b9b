import { type Pool } from 'pg';
import type { Statement } from '../message-statements.js';
import type { GrantedLease, WantedLease } from './lease.js';

/**
 * By GRANT or OFFER, whose choice of accounts is one for all: that of the first. Null: there was no account left, or all that
 * are free were locked by others in this moment.
 */
export async function takeLeases(
  pool: Pool,
  statement: Statement,
  wanted: readonly [WantedLease, ...WantedLease[]],
): Promise<readonly (GrantedLease | null)[]> {
  const { without, providers, accountIds } = wanted[0];
  const values = [...EACH.map((name) => wanted.map((one) => one[name])), without, providers, accountIds];
  const { rows } = await pool.query<FencedRow<GrantedLease>>({ ...statement, values });
  const taken = new Map(rows.map((row) => [row.leaseId, withFence(row)]));
  return wanted.map(({ id }) => taken.get(id) ?? null);
}

/** `known`: there was a lease with this id already. */
export async function unlessKnown<T>(written: Promise<T>): Promise<T | 'known'> {
  try {
    return await written;
  } catch (error) {
    if ((error as { constraint?: unknown }).constraint === 'lease_pk') return 'known';
    throw error;
  }
}

/** A bigint is text on its way through the driver. Leases are not that many. */
export type FencedRow<T> = Omit<T, 'fence'> & { readonly fence: string };
export const withFence = <T extends { readonly fence: string }>(
  row: T,
): Omit<T, 'fence'> & { readonly fence: number } => ({ ...row, fence: Number(row.fence) });

/** In the order of the parameters. */
const EACH = ['id', 'userId', 'serviceName', 'purpose', 'channel', 'sticky', 'forMs'] as const;
