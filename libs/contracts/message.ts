import { z } from 'zod';
import { accountIdSchema } from './account.js';
import {
  IDEMPOTENCY_KEY_CHARS_MAX,
  MESSAGE_TEXT_CHARS_MAX,
  MESSAGE_TTL_MS,
  PAGE_ITEMS_DEFAULT,
  PAGE_ITEMS_MAX,
} from './limits.js';
import { cursorSchema } from './page.js';

/** `uncertain` is told, never hidden: nobody can say whether the provider has it. */
export const MESSAGE_STATUSES = [
  'queued',
  'sending',
  'sent',
  'delivered',
  'read',
  'failed',
  'uncertain',
  'received',
] as const;
export type MessageStatus = (typeof MESSAGE_STATUSES)[number];
export const MESSAGE_DIRECTIONS = ['out', 'in'] as const;
export type MessageDirection = (typeof MESSAGE_DIRECTIONS)[number];

const time = z.iso.datetime();

export const messageSchema = z.object({
  id: z.uuid(),
  accountId: accountIdSchema,
  direction: z.enum(MESSAGE_DIRECTIONS),
  to: z.string().nullable().describe('phone or chat id, as it was given; null for incoming'),
  from: z.string().nullable().describe('phone or chat id; null for outgoing'),
  chatId: z.string().describe('the conversation it belongs to'),
  text: z.string().nullable(),
  status: z.enum(MESSAGE_STATUSES),
  providerMessageId: z.string().nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  createdAt: time,
  sentAt: time.nullable(),
  deliveredAt: time.nullable(),
  readAt: time.nullable(),
});
export type MessageView = z.infer<typeof messageSchema>;

/** An E.164 phone, or an id of the provider such as 380441234567@c.us or 1203…@g.us. */
const recipientSchema = z
  .string()
  .trim()
  .regex(
    /^(\+[1-9]\d{6,14}|[\w.-]{1,64}@[a-z.]{1,32})$/,
    'expected an E.164 phone (+380441234567) or a chat id (…@c.us)',
  );

export const sendMessageSchema = z.strictObject({
  to: recipientSchema,
  text: z.string().min(1).max(MESSAGE_TEXT_CHARS_MAX),
});
export type SendMessage = z.infer<typeof sendMessageSchema>;

export const idempotencyKeySchema = z
  .string()
  .min(1)
  .max(IDEMPOTENCY_KEY_CHARS_MAX)
  .regex(/^[\x21-\x7e]+$/, 'printable ASCII without spaces');

export const listMessagesSchema = z.strictObject({
  direction: z.enum(MESSAGE_DIRECTIONS).optional(),
  status: z.enum(MESSAGE_STATUSES).optional(),
  chatId: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(PAGE_ITEMS_MAX).default(PAGE_ITEMS_DEFAULT),
  cursor: cursorSchema.optional(),
});
export type ListMessages = z.input<typeof listMessagesSchema>;

/** Why a message that waited too long is not sent any more, whoever finds it. */
export const EXPIRED_MESSAGE = {
  code: 'expired',
  message: `Not sent within ${MESSAGE_TTL_MS / 3_600_000} hours, so no longer wanted.`,
} as const;
