import { z } from 'zod';
import { PROVIDERS } from '../account.js';
import { CAPABILITIES } from '../capabilities.js';
import { PAGE_ITEMS_DEFAULT, PAGE_ITEMS_MAX } from '../limits/calls.js';
import {
  ALLOCATE_REASONS_MAX,
  ALLOCATE_WAIT_MS_MAX,
  LEASE_MINUTES_DEFAULT,
  LEASE_MINUTES_MAX,
  PRIORITY_MAX,
} from '../limits/leasing.js';
import { actionLimitsSchema, quietHoursSchema } from './lease-limits.js';
import { cursorSchema, pageOf } from '../page.js';
import { channelSchema, nameSchema } from './names.js';

const time = z.iso.datetime();
const minutes = z.number().positive().max(LEASE_MINUTES_MAX);

/**
 * `released`: by its holder · `expired`: its time was over · `probe_failed`: the account did not answer when it was to be
 * given out after a rest, so nobody got it (today that ends an offer, which is no lease yet) · `login_dead`, `banned`: the account itself was lost · `deleted`: a person
 * deleted the account
 */
export const LEASE_ENDS = ['released', 'expired', 'probe_failed', 'login_dead', 'banned', 'deleted'] as const;
export type LeaseEnd = (typeof LEASE_ENDS)[number];

export const requireSchema = z.strictObject({
  provider: z.enum(PROVIDERS).optional(),
  capabilities: z.array(z.enum(CAPABILITIES)).max(CAPABILITIES.length).optional(),
  account_ids: z.array(z.uuid().toLowerCase()).min(1).max(100).optional().describe('one of these'),
});

export const allocateSchema = z.object({
  user_id: nameSchema.describe('the tenant'),
  purpose: nameSchema,
  service_name: nameSchema,
  timeout_minutes: minutes.default(LEASE_MINUTES_DEFAULT),
  target_channel_id: channelSchema.nullish(),
  sticky_key: nameSchema.nullish().describe('the same account again, if it is free; not given: the channel'),
  require: requireSchema.nullish(),
  on_channel_limit: z
    .enum(['pause', 'switch'])
    .optional()
    .describe(
      'when an account has done all it may in this channel: say so, or offer another; not given: as limits say',
    ),
  wait_ms: z.int().min(0).max(ALLOCATE_WAIT_MS_MAX).default(0).describe('while no account is free; then 409'),
  priority: z.int().min(0).max(PRIORITY_MAX).default(0).describe('among those who wait: the greater, the sooner'),
  request_id: z.uuid().toLowerCase().nullish().describe('the same call again gives the same lease'),
});
export type Allocate = z.input<typeof allocateSchema>;

/** What the holder may do, in the words of old clients, and in full. */
export const toldLimitsSchema = z.object({
  daily_invite_limit: z.int(),
  daily_message_limit: z.int(),
  daily_contact_limit: z.int(),
  max_per_channel_per_day: z.int().describe('of invites'),
  max_per_channel_total: z.int().describe('of invites'),
  actions: z.record(z.string(), actionLimitsSchema),
  time_zone: z.string(),
  quiet_hours: quietHoursSchema.nullable(),
  on_channel_limit: z.enum(['pause', 'switch']),
});
export type ToldLimits = z.infer<typeof toldLimitsSchema>;

export const channelTotalsSchema = z.object({
  target_channel_id: z.string(),
  totals: z
    .record(
      z.string(),
      z.object({
        total: z.int().nonnegative(),
        limit: z.int().nonnegative().nullable().describe('null: all accounts together have no bound'),
      }),
    )
    .describe('by action: what all accounts together have done there for this tenant, ever'),
});
export type ChannelTotals = z.infer<typeof channelTotalsSchema>;

export const leaseSchema = z.object({
  account_id: z.uuid(),
  phone: z.string().nullable(),
  lease_id: z.uuid(),
  fence: z.int().positive().describe('larger than that of every lease of this account before; for X-Lease-Fence'),
  allocated_at: time,
  expires_at: time,
  limits: toldLimitsSchema,
  channel: channelTotalsSchema.nullish().describe('null: no channel was named, or nobody can count now'),
});
export type LeaseView = z.infer<typeof leaseSchema>;

/** Why an account is not free, in the order in which they are looked at. */
export const UNFREE_REASONS = [
  'disabled',
  'login_dead',
  'not_connected',
  'cooling',
  'leased',
  'not_required',
  'channel_limit',
  'busy',
] as const;
export type UnfreeReason = (typeof UNFREE_REASONS)[number];

export const unfreeAccountSchema = z.object({
  account_id: z.uuid(),
  reason: z.enum(UNFREE_REASONS),
  until: time.nullable().describe('null: no time alone will help'),
  detail: z.string(),
});
export type UnfreeAccount = z.infer<typeof unfreeAccountSchema>;

/** What a 409 of `allocate` says beside what every problem says. */
export const noAccountSchema = z.object({
  accounts: z
    .array(unfreeAccountSchema)
    .describe(`at most ${ALLOCATE_REASONS_MAX}: what was asked for first, and of that what is free soonest`),
  next_available_at: time.nullable().describe('when the first of them is free by itself'),
  channel: channelTotalsSchema.nullish().describe('also of channel_limit; null: no channel was named'),
});
export type NoAccount = z.infer<typeof noAccountSchema>;

const tally = z.int().nonnegative().optional();

export const usageStatsSchema = z.looseObject({
  invites_sent: tally,
  messages_sent: tally,
  contacts_added: tally,
  channels_used: z.union([z.array(channelSchema), z.int().nonnegative()]).optional(),
  success: z.boolean().optional(),
});

export const releaseSchema = z.object({
  service_name: nameSchema,
  lease_id: z.uuid().toLowerCase().nullish(),
  usage_stats: usageStatsSchema.nullish(),
});
export type Release = z.input<typeof releaseSchema>;

export const releasedSchema = z.object({
  account_id: z.uuid(),
  released: z.boolean().describe('false: it was over before'),
  lease_id: z.uuid().nullable(),
  ended_at: time.nullable(),
  end_cause: z.enum(LEASE_ENDS).nullable(),
});
export type Released = z.infer<typeof releasedSchema>;

export const extendSchema = z.object({
  service_name: nameSchema,
  lease_id: z.uuid().toLowerCase().nullish(),
  timeout_minutes: minutes.default(LEASE_MINUTES_DEFAULT).describe('from now on; never shortens the lease'),
});
export type Extend = z.input<typeof extendSchema>;

export const extendedSchema = leaseSchema.pick({
  account_id: true,
  lease_id: true,
  fence: true,
  allocated_at: true,
  expires_at: true,
});
export type Extended = z.infer<typeof extendedSchema>;

export const listLeasesSchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(PAGE_ITEMS_MAX).default(PAGE_ITEMS_DEFAULT),
  cursor: cursorSchema.optional(),
});
export type ListLeases = z.input<typeof listLeasesSchema>;

/** A lease that lives: who has which account, what for, and for how much longer. */
export const liveLeaseSchema = z.object({
  account_id: z.uuid(),
  lease_id: z.uuid(),
  fence: z.int().positive(),
  user_id: z.string().describe('the tenant'),
  service_name: z.string().describe('its holder'),
  purpose: z.string(),
  target_channel_id: z.string().nullable(),
  allocated_at: time,
  expires_at: time,
  remaining_ms: z.int().nonnegative().describe('for clocks that go wrong'),
});
export type LiveLease = z.infer<typeof liveLeaseSchema>;

/** In the order of the accounts’ ids. */
export const liveLeasesSchema = pageOf(liveLeaseSchema);
