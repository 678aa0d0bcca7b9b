import { z } from 'zod';
import { accountIdSchema } from '../account.js';
import { limitChangesSchema } from './lease-limits.js';
import { channelSchema, nameSchema } from './names.js';

const scope = {
  user_id: nameSchema.nullish(),
  purpose: nameSchema.nullish(),
  account_id: accountIdSchema.toLowerCase().nullish(),
};

/** Counts for those it names: the narrower stands above the wider, number by number (account, purpose, tenant, all). */
export const putLimitRuleSchema = z.strictObject({
  ...scope,
  limits: limitChangesSchema.nullable().describe('in place of what was said for the same before; null: nothing'),
});
export type PutLimitRule = z.input<typeof putLimitRuleSchema>;

export const limitRulesSchema = z.object({
  items: z.array(
    z.object({
      user_id: z.string().nullable(),
      purpose: z.string().nullable(),
      account_id: z.uuid().nullable(),
      limits: limitChangesSchema,
    }),
  ),
});
export type LimitRules = z.infer<typeof limitRulesSchema>;

export const liftStopSchema = z.strictObject({
  user_id: nameSchema,
  purpose: nameSchema,
  target_channel_id: channelSchema,
});
export type LiftStop = z.input<typeof liftStopSchema>;

export const liftedStopSchema = z.object({ lifted: z.boolean().describe('false: nothing was stopped') });
