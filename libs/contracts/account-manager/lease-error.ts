import { z } from 'zod';
import { LEASE_ERROR_CHARS_MAX, LEASE_NAME_CHARS_MAX } from '../limits/leasing.js';
import { actionTypeSchema } from './lease-limits.js';
import { channelSchema, nameSchema } from './names.js';

/**
 * - `flood_wait`: asked to wait; rests for that and a minute more, then is well by itself
 * - `peer_flood`: writes too much to strangers; rests for a day, and nothing more goes to that channel for that purpose
 * - `login_dead`: out until it has connected anew · `banned`: disabled for good
 * - `target_refused`: the account is well, and this target is never tried again, by no account
 * - `not_possible`: the account is well, and nobody refused: rights, links or peers that are not there; nothing is remembered
 * - `transient`: try again in a while · `unknown`: rests, to be careful
 */
export const ERROR_CLASSES = [
  'flood_wait',
  'peer_flood',
  'login_dead',
  'banned',
  'target_refused',
  'not_possible',
  'transient',
  'unknown',
] as const;
export type ErrorClass = (typeof ERROR_CLASSES)[number];

/** As much of it as is kept. A report that is refused for its shape would leave the account at work. */
const cutTo = (chars: number) =>
  z
    .union([z.string(), z.number(), z.boolean(), z.null()])
    .default('')
    .transform((said) => String(said ?? '').slice(0, chars));

const contextSchema = z.looseObject({
  action_type: actionTypeSchema.optional().catch(undefined),
  target_channel_id: channelSchema.nullish().catch(undefined),
  target_id: nameSchema.nullish().catch(undefined).describe('who refused, of a target’s refusal'),
  purpose: nameSchema.nullish().catch(undefined),
  service_name: nameSchema.nullish().catch(undefined),
});

export const handleErrorSchema = z.object({
  error_type: cutTo(LEASE_NAME_CHARS_MAX),
  error_message: cutTo(LEASE_ERROR_CHARS_MAX).describe(
    `what is longer than ${LEASE_ERROR_CHARS_MAX} characters is cut`,
  ),
  lease_id: z
    .uuid()
    .toLowerCase()
    .nullish()
    .describe('under which it happened; else that of `context.service_name`, else the last one of the account'),
  context: contextSchema.nullish().catch(undefined),
});
export type HandleError = z.input<typeof handleErrorSchema>;

export const handledErrorSchema = z.object({
  account_id: z.string(),
  error_class: z.enum(ERROR_CLASSES),
  action: z
    .enum(['cooled', 'disabled', 'awaiting_login', 'target_refused', 'not_possible', 'retry'])
    .describe('what was decided'),
  status: z.string().describe('of the account now, as GET /health/{account_id} tells it'),
  is_healthy: z.boolean(),
  blocked_until: z.iso.datetime().nullable(),
  recovery_eta: z.iso.datetime().nullable(),
  retry_after_ms: z.int().nonnegative().nullable().describe('null: not with this account'),
  channel_stopped: z
    .boolean()
    .describe('nothing more is allowed for this purpose and channel, until its owner says so'),
  message: z.string(),
});
export type HandledError = z.infer<typeof handledErrorSchema>;
