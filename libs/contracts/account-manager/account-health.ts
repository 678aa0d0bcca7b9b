import { z } from 'zod';
import { PAGE_ITEMS_DEFAULT, PAGE_ITEMS_MAX } from '../limits/calls.js';
import { cursorSchema } from '../page.js';

const time = z.iso.datetime();

/** `healthy`: may be leased, or is · `cooling`: rests after an error · the others need a person, or a connection. */
export const LEASE_HEALTH = ['healthy', 'cooling', 'not_connected', 'login_dead', 'disabled'] as const;
export type LeaseHealth = (typeof LEASE_HEALTH)[number];

export const accountHealthSchema = z.object({
  account_id: z.uuid(),
  label: z.string(),
  is_healthy: z.boolean(),
  status: z.enum(LEASE_HEALTH),
  issues: z.array(z.string()).describe('“Account is healthy” when there are none'),
  recovery_eta: time.nullable().describe('when time alone will have made it healthy'),
  leased_to: z.string().nullable().describe('the service'),
  leased_until: time.nullable(),
  score: z.number().describe('from 0 to 1: how well it did of late'),
});
export type AccountHealth = z.infer<typeof accountHealthSchema>;

export const listHealthSchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(PAGE_ITEMS_MAX).default(PAGE_ITEMS_DEFAULT),
  cursor: cursorSchema.optional(),
});
export type ListHealth = z.input<typeof listHealthSchema>;

export const healthPageSchema = z.object({
  items: z.array(accountHealthSchema),
  nextCursor: z.string().nullable(),
  counts: z.object({
    total: z.int(),
    healthy: z.int(),
    leased: z.int(),
    cooling: z.int(),
    disabled: z.int(),
  }),
});
export type HealthPage = z.infer<typeof healthPageSchema>;

const byCause = z.record(z.string(), z.int().nonnegative());

export const recoverySchema = z.object({
  cooling: z.array(
    z.object({ account_id: z.uuid(), cause: z.string(), until: time, remaining_ms: z.int().nonnegative() }),
  ),
  recovered_today: z.object({
    count: z.int().nonnegative(),
    by_cause: byCause,
    accounts: z.array(z.object({ account_id: z.uuid(), cause: z.string(), recovered_at: time })),
  }),
  by_cause: byCause.describe('of those that rest now'),
});
export type Recovery = z.infer<typeof recoverySchema>;
