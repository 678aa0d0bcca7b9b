import { z } from 'zod';
import { accountIdSchema } from './account.js';
import {
  contactCardSchema,
  contactCardsSchema,
  emojiSchema,
  locationSchema,
  mentionsSchema,
  MESSAGE_KINDS,
  pollSchema,
  textSchema,
} from './content.js';
import { PAGE_ITEMS_DEFAULT, PAGE_ITEMS_MAX } from './limits/calls.js';
import { IDEMPOTENCY_KEY_CHARS_MAX, MESSAGE_TTL_MS_MAX, MESSAGE_TTL_MS_MIN } from './limits/messages.js';
import { mediaSourceSchema, messageMediaSchema } from './media.js';
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

const who = z.string().max(200);
export const reactionSchema = z.object({ from: who, emoji: z.string(), at: time });
export type Reaction = z.infer<typeof reactionSchema>;

export const messageSchema = z.object({
  id: z.uuid(),
  accountId: accountIdSchema,
  direction: z.enum(MESSAGE_DIRECTIONS),
  to: z.string().nullable().describe('phone or chat id, as it was given; null for incoming'),
  from: z.string().nullable().describe('phone or chat id; null for outgoing'),
  chatId: z.string().describe('the conversation it belongs to'),
  kind: z.enum(MESSAGE_KINDS),
  text: z.string().nullable().describe('of a text or an edit; the caption of a file'),
  media: messageMediaSchema.nullable(),
  location: locationSchema.nullable(),
  contacts: z.array(contactCardSchema).nullable(),
  poll: pollSchema.nullable(),
  emoji: z.string().nullable().describe('of a reaction; empty takes one back'),
  mentions: z.array(who),
  targetId: z.uuid().nullable().describe('the message that a reaction, edit or revoke is about'),
  replyTo: z.uuid().nullable().describe('the message that this one answers, where it is known here'),
  reactions: z.array(reactionSchema).describe('the last one of each person'),
  editedAt: time.nullable(),
  revokedAt: time.nullable().describe('it was deleted for everyone'),
  status: z.enum(MESSAGE_STATUSES),
  providerMessageId: z.string().nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  createdAt: time,
  expiresAt: time.nullable().describe('not sent by then, it fails; null for incoming'),
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

const ttlMs = z
  .int()
  .min(MESSAGE_TTL_MS_MIN)
  .max(MESSAGE_TTL_MS_MAX)
  .optional()
  .describe('not sent by then, it fails as expired; default: a day');
const said = {
  to: recipientSchema,
  replyTo: z.uuid().optional().describe('id of the message to answer'),
  ttlMs,
};
const mentions = mentionsSchema.optional();
const about = { target: z.uuid().describe('id of the message that this is about'), ttlMs };

const media = { ...said, media: mediaSourceSchema, text: textSchema.optional().describe('caption'), mentions };

/** What can be sent, told apart by `kind`; without one it is a text. */
export const sendMessageSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('text').optional(),
    ...said,
    text: textSchema,
    mentions,
    linkPreview: z.boolean().optional(),
  }),
  z.strictObject({ kind: z.enum(['image', 'video', 'document']), ...media }),
  z.strictObject({ kind: z.enum(['audio', 'voice', 'sticker']), ...said, media: mediaSourceSchema }),
  z.strictObject({ kind: z.literal('location'), ...said, location: locationSchema }),
  z.strictObject({ kind: z.literal('contact'), ...said, contacts: contactCardsSchema }),
  z.strictObject({ kind: z.literal('poll'), ...said, poll: pollSchema }),
  z.strictObject({ kind: z.literal('reaction'), ...about, emoji: emojiSchema }),
  z.strictObject({ kind: z.literal('edit'), ...about, text: textSchema }),
  z.strictObject({ kind: z.literal('revoke'), ...about }),
]);
export type SendMessage = z.input<typeof sendMessageSchema>;

export const idempotencyKeySchema = z
  .string()
  .min(1)
  .max(IDEMPOTENCY_KEY_CHARS_MAX)
  .regex(/^[\x21-\x7e]+$/, 'printable ASCII without spaces');

export const listMessagesSchema = z.strictObject({
  direction: z.enum(MESSAGE_DIRECTIONS).optional(),
  status: z.enum(MESSAGE_STATUSES).optional(),
  kind: z.enum(MESSAGE_KINDS).optional(),
  chatId: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(PAGE_ITEMS_MAX).default(PAGE_ITEMS_DEFAULT),
  cursor: cursorSchema.optional(),
});
export type ListMessages = z.input<typeof listMessagesSchema>;

/** Of a message that may have been handed over and that nobody answers for, whoever finds it. */
export const UNCERTAIN_MESSAGE = {
  code: 'uncertain',
  message: 'The provider neither confirmed nor denied this message. Ask the recipient before sending it again.',
} as const;

/** Why a message that waited too long is not sent any more, whoever finds it. */
export const EXPIRED_MESSAGE = {
  code: 'expired',
  message: 'Not sent in the time for which it was wanted.',
} as const;
