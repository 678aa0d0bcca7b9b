import { z } from 'zod';
import { storedAccountSchema } from './account.js';
import { loggedEventSchema } from './event-log.js';
import { EXPORT_STEPS_MAX } from './limits/calls.js';
import { accountSnapshotSchema } from './snapshot.js';
import { SEQ_MAX, transitionSchema } from './transition.js';

const eventSchema = z.looseObject({ type: z.string(), at: z.number() });

/** libs/account/account.record.ts says what each of them means. */
const stepInputSchema = z.object({
  with: z.record(z.string(), z.json()).optional().describe('what the event carried'),
  before: z.array(eventSchema).optional().describe('events since the step before'),
  did: z.string().optional().describe('orders of the machine'),
  from: z
    .object({ version: z.number(), value: z.json(), context: z.record(z.string(), z.json()) })
    .optional()
    .describe('where the account stood: a replay may begin here'),
  anew: z.literal(true).optional(),
  limits: z.record(z.string(), z.number()).optional().describe('deadlines that were not the default, ms'),
  early: z.literal(true).optional(),
});

export const ACCOUNT_EXPORT_FORMAT = 'muster-account-1';

/** What is needed to see what happened to an account, and to replay it elsewhere. No settings, no texts of messages, no secrets. */
export const accountExportSchema = z.object({
  format: z.literal(ACCOUNT_EXPORT_FORMAT),
  exportedAt: z.iso.datetime(),
  account: storedAccountSchema.omit({ settings: true }),
  snapshot: accountSnapshotSchema.extend({ seq: z.int().nonnegative().describe('the step it stands behind') }),
  transitions: z.array(
    transitionSchema.extend({
      input: stepInputSchema.nullable().describe('what a replay needs; null: written before that was kept'),
    }),
  ),
  events: z.array(loggedEventSchema).describe('of the log, beside the steps: how it was created, changed, paused'),
  olderBefore: z.int().nullable().describe('the `before` that asks for what came before; null: there is nothing'),
});
export type AccountExport = z.infer<typeof accountExportSchema>;

export const exportAccountSchema = z.strictObject({
  before: z.coerce
    .number()
    .int()
    .min(1)
    .max(SEQ_MAX)
    .optional()
    .describe('answers steps with a smaller seq; not given: up to the newest'),
  limit: z.coerce.number().int().min(1).max(EXPORT_STEPS_MAX).default(EXPORT_STEPS_MAX).describe('steps at most'),
});
