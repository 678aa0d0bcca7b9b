import { z } from 'zod';
import { actionTypeSchema } from './lease-limits.js';
import { channelSchema, nameSchema } from './names.js';

/** What denies a check, in the order in which it is told. */
export const CHECK_DENIALS = [
  'lease',
  'account',
  'target_refused',
  'channel_stopped',
  'quiet_hours',
  'min_gap',
  'daily',
  'per_channel',
  'per_channel_total',
  'channel_all_accounts',
] as const;
export type CheckDenial = (typeof CHECK_DENIALS)[number];

export const checkRateLimitSchema = z.object({
  action_type: actionTypeSchema,
  target_channel_id: channelSchema.nullish(),
  target_id: nameSchema
    .nullish()
    .describe('the person; one who refused before is denied, also when named as the channel'),
  lease_id: z.uuid().toLowerCase().nullish().describe('must be the live one, if it is given'),
});
export type CheckRateLimit = z.input<typeof checkRateLimitSchema>;

const counted = z.object({
  used: z.int().nonnegative().describe('done or held, before this call'),
  limit: z.int().nonnegative(),
  remaining: z.int().nonnegative(),
});
const channelCounted = z.object({
  used: z.int().nonnegative(),
  limit: z.int().nonnegative().nullable(),
  remaining: z.int().nonnegative().nullable(),
});

export const checksSchema = z.object({
  daily: counted.describe('the greater of calendar day and rolling 24 hours'),
  per_channel: counted.nullable().describe('the same in the channel; null when none was named'),
  per_channel_total: counted.nullable(),
  channel_all_accounts: channelCounted.nullable().describe('over all accounts of the tenant'),
});

export const checkViewSchema = z.object({
  allowed: z.boolean(),
  checks: checksSchema,
  reservation_id: z.uuid().nullable().describe('one unit is held under it; record settles it'),
  reservation_expires_at: z.iso.datetime().nullable(),
  denied_by: z.enum(CHECK_DENIALS).nullable(),
  retry_after_ms: z.int().nonnegative().nullable().describe('null: no time alone will help'),
});
export type CheckView = z.infer<typeof checkViewSchema>;

export const recordRateLimitSchema = z.object({
  action_type: actionTypeSchema,
  target_channel_id: channelSchema.nullish(),
  success: z.boolean().default(true),
  reservation_id: z
    .uuid()
    .toLowerCase()
    .nullish()
    .describe('settles that unit; if it is for something else, what was done counts without it, once'),
  lease_id: z
    .uuid()
    .toLowerCase()
    .nullish()
    .describe('under which it was done; not given: the lease that lives, or the last one'),
});
export type RecordRateLimit = z.input<typeof recordRateLimitSchema>;

/**
 * `done`: used · `refunded`: given back, since it did not succeed · `assumed`: its time was over, and it counts as used ·
 * `unreserved`: nothing was held for it; it was counted all the same · `nothing`: it did not succeed, and nothing was held
 */
export const RECORD_OUTCOMES = ['done', 'refunded', 'assumed', 'unreserved', 'nothing'] as const;
export type RecordOutcome = (typeof RECORD_OUTCOMES)[number];

export const recordViewSchema = z.object({
  account_id: z.uuid(),
  action_type: actionTypeSchema,
  target_channel_id: z.string().nullable(),
  recorded: z.enum(RECORD_OUTCOMES),
  reservation_id: z.uuid().nullable(),
  counters: checksSchema,
});
export type RecordView = z.infer<typeof recordViewSchema>;

const channelUse = z.object({
  used_today: z.int().nonnegative(),
  total: z.int().nonnegative(),
});

export const rateLimitStatusSchema = z.object({
  account_id: z.uuid(),
  daily: z.record(z.string(), counted.extend({ held: z.int().nonnegative() })).describe('by action'),
  per_channel_limits: z
    .record(z.string(), channelUse.extend({ by_action: z.record(z.string(), checksSchema) }))
    .describe('by channel: the sum of all actions, and each by itself with its limits'),
  held: z.int().nonnegative().describe('units that are held now'),
  time_zone: z.string(),
  day_ends_at: z.iso.datetime(),
});
export type RateLimitStatus = z.infer<typeof rateLimitStatusSchema>;
