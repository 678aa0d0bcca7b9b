import { z } from 'zod';
import { LEASE_NAME_CHARS_MAX } from '../limits/leasing.js';

/** Says under which lease a caller works with an account; `fence` of the answer to `allocate`. */
export const FENCE_HEADER = 'x-lease-fence';

/**
 * Of a call that does something with an account. When it is given, it must be the one of the lease that lives; while there
 * is none, it must not. Which calls need it while the account is leased, their operations say (FenceRule).
 */
export const fenceHeaderSchema = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER);

export const fenceHeaders = z.object({ [FENCE_HEADER]: fenceHeaderSchema.optional() });

/** Says who acts on an account that another has leased, and knows it: a person in charge. It is written into the ledger. */
export const OVERRIDE_HEADER = 'x-lease-override';

/** Of a call that is the holder’s while the account is leased, or that of a person who says so. */
export const holderHeaders = fenceHeaders.extend({
  [OVERRIDE_HEADER]: z.string().trim().min(1).max(LEASE_NAME_CHARS_MAX).optional(),
});

/**
 * What lets nothing out under a lease that lives, whoever asks: the account rests after an error, the channel is stopped after
 * a provider’s complaint, the person has refused.
 */
export const LEASE_BARS = ['account_cooling', 'channel_stopped', 'target_refused'] as const;
export type LeaseBar = (typeof LEASE_BARS)[number];

/** Why a message failed that was accepted under a lease, and had not gone when something came between. */
export const LEASE_FAILURES: Readonly<Record<'lease_over' | LeaseBar, string>> = {
  lease_over: 'Not sent: the lease under which it was accepted is over.',
  account_cooling: 'Not sent: the account rests after an error that was told of it.',
  channel_stopped: 'Not sent: the channel was stopped for this purpose, until its owner lifts the stop.',
  target_refused: 'Not sent: this target has refused, and is not tried again.',
};
