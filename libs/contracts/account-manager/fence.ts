import { z } from 'zod';

/** Says under which lease a caller works with an account; `fence` of the answer to `allocate`. */
export const FENCE_HEADER = 'x-lease-fence';

/**
 * Of a call that does something with an account. When it is given, it must be the one of the lease that lives; while there
 * is none, it must not. Which calls need it while the account is leased, their operations say (FenceRule).
 */
export const fenceHeaderSchema = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER);

export const fenceHeaders = z.object({ [FENCE_HEADER]: fenceHeaderSchema.optional() });

/** Why a message failed that was accepted under a lease, and had not gone when that was over. */
export const LEASE_OVER = {
  code: 'lease_over',
  message: 'Not sent: the lease under which it was accepted is over.',
} as const;
