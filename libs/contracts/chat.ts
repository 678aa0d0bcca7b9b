import { z } from 'zod';
import { MESSAGE_KINDS } from './content.js';
import { CHAT_HISTORY_MAX, CHATS_LISTED_MAX, GROUP_MEMBERS_MAX } from './limits/messages.js';
import { phoneSchema } from './account.js';
import { type Page, pageOf } from './page.js';

const time = z.iso.datetime();
/** An id of the provider, or an E.164 phone, in an address. */
export const chatIdSchema = z
  .string()
  .regex(/^(\+[1-9]\d{6,14}|[\w.-]{1,64}@[a-z.]{1,32})$/, 'expected a chat id (…@c.us, …@g.us) or an E.164 phone');

/**
 * Chats, contacts and groups are the provider's, asked of the connected session at the moment of the call; Muster keeps no
 * copy that could be out of date. `name` is what the phone's owner sees.
 */
export const chatSchema = z.object({
  id: z.string(),
  kind: z.enum(['person', 'group', 'other']),
  name: z.string().nullable(),
  phone: z.string().nullable().describe('E.164, of a person whose number is known'),
  unread: z.int().nonnegative(),
  lastMessageAt: time.nullable(),
  archived: z.boolean(),
  muted: z.boolean(),
  pinned: z.boolean(),
});
export type ChatView = z.infer<typeof chatSchema>;

export const contactSchema = z.object({
  id: z.string(),
  phone: z.string().nullable(),
  name: z.string().nullable().describe('as saved in the phone’s address book'),
  pushName: z.string().nullable().describe('as the person calls themself'),
  business: z.boolean(),
  blocked: z.boolean(),
  saved: z.boolean(),
});
export type ContactView = z.infer<typeof contactSchema>;

export const memberSchema = z.object({
  id: z.string(),
  phone: z.string().nullable(),
  role: z.enum(['owner', 'admin', 'member']),
});
export type MemberView = z.infer<typeof memberSchema>;

export const groupSchema = z.object({
  id: z.string(),
  name: z.string().nullable(),
  description: z.string().nullable(),
  owner: z.string().nullable(),
  createdAt: time.nullable(),
  memberCount: z.int().nonnegative(),
  members: z.array(memberSchema).max(GROUP_MEMBERS_MAX),
});
export type GroupView = z.infer<typeof groupSchema>;

/** One line of a chat as the provider's side has it, whether Muster ever stored it or not. */
export const historyLineSchema = z.object({
  providerMessageId: z.string(),
  fromMe: z.boolean(),
  from: z.string(),
  kind: z.enum(MESSAGE_KINDS),
  text: z.string().nullable(),
  sentAt: time,
});
export type HistoryLine = z.infer<typeof historyLineSchema>;

const pageOfProvider = (max: number) => ({
  limit: z.coerce.number().int().min(1).max(max).default(50),
  cursor: z.coerce.number().int().min(0).max(CHATS_LISTED_MAX).default(0).describe('`nextCursor` of the page before'),
});
export const listChatsSchema = z.strictObject({
  kind: z.enum(['person', 'group']).optional(),
  ...pageOfProvider(500),
});
export type ListChats = z.input<typeof listChatsSchema>;
export const listContactsSchema = z.strictObject(pageOfProvider(500));
export type ListContacts = z.input<typeof listContactsSchema>;
export const listHistorySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(CHAT_HISTORY_MAX).default(50),
});
export type ListHistory = z.input<typeof listHistorySchema>;

/** Lists of the provider come with how many there are in all, as of this moment; it keeps no place between two pages. */
export const listedOf = <T extends z.ZodType>(item: T) => pageOf(item).extend({ total: z.int() });
export interface ProviderPage<T> extends Page<T> {
  readonly total: number;
}
/** What a session answers. */
export interface Listed<T> {
  readonly items: readonly T[];
  readonly total: number;
}

export const registeredQuerySchema = z.strictObject({ phone: phoneSchema });
export const registeredSchema = z.object({
  phone: z.string(),
  registered: z.boolean(),
  chatId: z.string().nullable().describe('where it can be written to'),
});
export type RegisteredView = z.infer<typeof registeredSchema>;

export const TYPING_STATES = ['typing', 'recording', 'paused'] as const;
export const typingSchema = z.strictObject({ state: z.enum(TYPING_STATES).default('typing') });
export type TypingState = (typeof TYPING_STATES)[number];

/** What happened in a group; told and logged, not kept as state. */
export const GROUP_CHANGES = [
  'joined',
  'added',
  'left',
  'removed',
  'promoted',
  'demoted',
  'renamed',
  'described',
  'other',
] as const;
export const groupChangeSchema = z.object({
  chatId: z.string().max(200),
  change: z.enum(GROUP_CHANGES),
  by: z.string().max(200).nullable(),
  people: z.array(z.string().max(200)).max(GROUP_MEMBERS_MAX),
  text: z.string().max(2_000).nullable().describe('the new name or description'),
  providerMessageId: z.string().max(500).describe('names this change; the same one is told once'),
  /** Milliseconds since 1970, by the provider's clock. */
  at: z.number(),
});
export type GroupChange = z.infer<typeof groupChangeSchema>;
