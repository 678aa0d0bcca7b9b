import { z } from 'zod';
import {
  ACTION_GAP_MS_MAX,
  ACTION_LIMIT_MAX,
  ACTION_NAME_CHARS_MAX,
  ACTION_PER_CHANNEL_DAY_MAX,
  ACTION_PER_CHANNEL_MAX,
  ACTION_PER_DAY_MAX,
  YOUNG_ACCOUNT_DAYS,
  YOUNG_ACCOUNT_DAYS_MAX,
  YOUNG_ACCOUNT_PERCENT,
} from '../limits/leasing.js';

/** `invite`, `message`, `contact`, or any other word that services agree on. */
export const actionTypeSchema = z
  .string()
  .max(ACTION_NAME_CHARS_MAX)
  .regex(/^[a-z][a-z0-9_]*$/, 'expected a word such as invite, message, contact');

const count = z.int().min(0).max(ACTION_LIMIT_MAX);

/** What may be done of one kind. */
export const actionLimitsSchema = z.object({
  daily_limit: count.describe('per account, in the calendar day of its time zone and in any 24 hours'),
  max_per_channel_per_day: count.describe('per account and channel, in the same windows'),
  max_per_channel_total: count.describe('per account and channel, ever'),
  max_per_channel_all_accounts: count
    .nullable()
    .describe('per tenant and channel, ever, over all accounts; null: no bound'),
  min_gap_ms: z.int().min(0).max(ACTION_GAP_MS_MAX).describe('between two of one account'),
});
export type ActionLimits = z.infer<typeof actionLimitsSchema>;

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a time such as 22:30');

export const quietHoursSchema = z
  .strictObject({ from: timeOfDay, to: timeOfDay })
  .refine(({ from, to }) => from !== to, { path: ['to'], error: 'expected another time than from' });
export type QuietHours = z.infer<typeof quietHoursSchema>;

export const youngAccountSchema = z.strictObject({
  days: z.int().min(0).max(YOUNG_ACCOUNT_DAYS_MAX),
  percent: z.int().min(1).max(100),
});

export const leaseLimitsSchema = z.object({
  actions: z.record(z.union([z.literal('*'), actionTypeSchema]), actionLimitsSchema),
  time_zone: z.string().describe('IANA name, such as Europe/Kyiv'),
  quiet_hours: quietHoursSchema.nullable().describe('nothing is allowed in them; in the time zone of the account'),
  young_account: youngAccountSchema.describe('accounts younger than so many days may do so many percent'),
  registered_at: z.iso.date().nullable().describe('when the account was registered with its provider; null: long ago'),
  on_channel_limit: z
    .enum(['pause', 'switch'])
    .describe('an account has done all it may in a channel: say so and stop, or offer another'),
});
export type LeaseLimits = z.infer<typeof leaseLimitsSchema>;

const partialActions = z.record(
  z.union([z.literal('*'), actionTypeSchema]),
  z.strictObject(actionLimitsSchema.shape).partial(),
);

/** What a rule changes; what it does not name stays as it is. `*`: every action. */
export const limitChangesSchema = z
  .strictObject({
    ...leaseLimitsSchema.shape,
    actions: partialActions,
    time_zone: z.string().refine(isTimeZone, 'expected an IANA time zone such as Europe/Kyiv'),
  })
  .partial();
export type LimitChanges = z.infer<typeof limitChangesSchema>;

/** For whom a rule counts; null: for all. */
export interface LimitRule {
  readonly user_id: string | null;
  readonly purpose: string | null;
  readonly account_id: string | null;
  readonly limits: LimitChanges;
}

/** What counts where no rule says anything else. */
export const DEFAULT_LIMITS: LeaseLimits = {
  actions: {
    '*': {
      daily_limit: ACTION_PER_DAY_MAX,
      max_per_channel_per_day: ACTION_PER_CHANNEL_DAY_MAX,
      max_per_channel_total: ACTION_PER_CHANNEL_MAX,
      max_per_channel_all_accounts: null,
      min_gap_ms: 0,
    },
  },
  time_zone: 'UTC',
  quiet_hours: null,
  young_account: { days: YOUNG_ACCOUNT_DAYS, percent: YOUNG_ACCOUNT_PERCENT },
  registered_at: null,
  on_channel_limit: 'pause',
};

export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
