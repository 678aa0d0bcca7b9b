import { z } from 'zod';

const time = z.iso.datetime();

/** `person`: by a call. `stale`: what waited had become old during an outage; a person says whether it still goes out. */
export const OUTBOX_PAUSES = ['person', 'stale'] as const;
export type OutboxPause = (typeof OUTBOX_PAUSES)[number];

/** The outbox of an account: what is accepted and not yet sent. */
export const outboxSchema = z.object({
  state: z.enum(['running', 'paused']),
  pausedBy: z.enum(OUTBOX_PAUSES).nullable(),
  pausedAt: time.nullable(),
  waiting: z.int().nonnegative(),
  oldestAt: time.nullable(),
  pace: z.object({
    gapMsMin: z.int().nonnegative(),
    gapMsMax: z.int().nonnegative(),
    perMinuteMax: z.int().nonnegative().describe('0: no bound'),
  }),
});
export type OutboxView = z.infer<typeof outboxSchema>;

/** `settings.pace` of an account; what is not given is the node's (SEND_GAP_MS_MIN, SEND_GAP_MS_MAX, SEND_PER_MINUTE_MAX). */
export const paceSettingsSchema = z
  .object({
    gapMsMin: z.int().min(0).max(3_600_000),
    gapMsMax: z.int().min(0).max(3_600_000),
    perMinuteMax: z.int().min(0).max(100_000),
  })
  .partial();
export type PaceSettings = z.infer<typeof paceSettingsSchema>;

/** What to do with what waits, when a person resumes. */
export const resumeOutboxSchema = z.strictObject({
  waiting: z
    .enum(['send', 'fail'])
    .default('send')
    .describe('fail: what waits now is given up (`stale`), later ones are sent'),
});
export type ResumeOutbox = z.input<typeof resumeOutboxSchema>;
