import { z } from 'zod';
import { SEND_GAP_MS_LIMIT, SEND_PER_MINUTE_LIMIT } from './limits/messages.js';

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
  .strictObject({
    gapMsMin: z.int().min(0).max(SEND_GAP_MS_LIMIT),
    gapMsMax: z.int().min(0).max(SEND_GAP_MS_LIMIT),
    perMinuteMax: z.int().min(0).max(SEND_PER_MINUTE_LIMIT),
  })
  .partial()
  .refine(({ gapMsMin = 0, gapMsMax = SEND_GAP_MS_LIMIT }) => gapMsMin <= gapMsMax, {
    path: ['gapMsMax'],
    error: 'expected at least gapMsMin',
  });
export type PaceSettings = z.infer<typeof paceSettingsSchema>;
export type Pace = OutboxView['pace'];

/** At which pace an account sends. A least gap above the node's greatest raises that one with it, and the other way round. */
export function paceOf(node: Pace, settings: Readonly<Record<string, unknown>>): Pace {
  const own = paceSettingsSchema.safeParse(settings['pace'] ?? {}).data ?? {};
  const gapMsMin = own.gapMsMin ?? Math.min(node.gapMsMin, own.gapMsMax ?? Infinity);
  return {
    gapMsMin,
    gapMsMax: Math.max(own.gapMsMax ?? node.gapMsMax, gapMsMin),
    perMinuteMax: own.perMinuteMax ?? node.perMinuteMax,
  };
}

/** What to do with what waits, when a person resumes. */
export const resumeOutboxSchema = z.strictObject({
  waiting: z
    .enum(['send', 'fail'])
    .default('send')
    .describe('fail: what waits now is given up (`stale`), later ones are sent'),
});
export type ResumeOutbox = z.input<typeof resumeOutboxSchema>;
