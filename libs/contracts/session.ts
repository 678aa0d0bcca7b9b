import { z } from 'zod';
import {
  type ChatView,
  type ContactView,
  groupChangeSchema,
  type GroupView,
  type HistoryLine,
  type Listed,
  type RegisteredView,
  type TypingState,
} from './chat.js';
import type { MessageAction, OutgoingContent } from './content.js';
import { EMOJI_CHARS_MAX } from './limits/messages.js';
import { REASON_CODES, type ReasonCode } from './reasons.js';
import { receivedMessageSchema } from './received-message.js';

/**
 * The words between an account and its session (a driver's live connection): plain JSON, so that a driver in this
 * process and one in an engine host are the same code. Facts go up, orders go down, each order has one answer.
 */
const reason = z.enum(REASON_CODES as [ReasonCode, ...ReasonCode[]]);
const detail = z.string().max(2_000).optional();

/** How far the provider says a message has come. `pending`: known to the session, not yet at the server. */
export const ACK_LEVELS = ['pending', 'sent', 'delivered', 'read'] as const;
export type AckLevel = (typeof ACK_LEVELS)[number];

/** What a launch may wait for, in order: the site's answer, the start of its page, the page's line to the provider. */
export const LAUNCH_WAITS = ['site', 'page', 'socket'] as const;
export type LaunchWait = (typeof LAUNCH_WAITS)[number];

export const driverFactSchema = z.discriminatedUnion('type', [
  /**
   * The launch costs no CPU any more: for LAUNCH_WAITING_AFTER_MS it has only been waiting, and may wait for ever. Told
   * once for each thing waited for; a session that comes up at once never says it.
   */
  z.object({ type: z.literal('driver.waiting'), on: z.enum(LAUNCH_WAITS) }),
  /** A code to scan. `attempt` counts from 1 per session; `lifetimeMs` until the next one replaces it. */
  z.object({
    type: z.literal('driver.qr'),
    qr: z.string().max(4_000),
    attempt: z.int().positive(),
    lifetimeMs: z.number(),
  }),
  z.object({ type: z.literal('driver.pairing-code'), code: z.string().max(32), lifetimeMs: z.number() }),
  /** The login was accepted (scanned just now, or the saved one): synchronising. */
  z.object({ type: z.literal('driver.scanned') }),
  /** How far the synchronising after it has come. A driver that can't tell says nothing; it may end below 100. */
  z.object({ type: z.literal('driver.loading'), percent: z.int().min(0).max(100) }),
  /** The library says ready. May repeat after `degraded`. Phone in E.164. */
  z.object({ type: z.literal('driver.ready'), phone: z.string().max(32).nullable() }),
  /** Still there, but cannot reach the provider for now. */
  z.object({ type: z.literal('driver.degraded'), reason, detail }),
  z.object({
    type: z.literal('driver.acknowledged'),
    providerMessageId: z.string().max(500),
    level: z.enum(ACK_LEVELS),
  }),
  /** The provider refused a message. */
  z.object({
    type: z.literal('driver.refused'),
    providerMessageId: z.string().max(500),
    detail: z.string().max(2_000),
  }),
  z.object({ type: z.literal('driver.received'), message: receivedMessageSchema }),
  /** Somebody put a reaction on a message, changed it, or took it back (an empty emoji). Told once or more; the last counts. */
  z.object({
    type: z.literal('driver.reacted'),
    providerMessageId: z.string().max(500),
    from: z.string().max(200),
    emoji: z.string().max(EMOJI_CHARS_MAX),
    at: z.number(),
  }),
  /** The text of a message, theirs or ours, was changed. */
  z.object({
    type: z.literal('driver.edited'),
    providerMessageId: z.string().max(500),
    text: z.string(),
    at: z.number(),
  }),
  /** A message, theirs or ours, was deleted for everyone. */
  z.object({ type: z.literal('driver.revoked'), providerMessageId: z.string().max(500), at: z.number() }),
  /** Somebody joined or left a group, or it was changed. */
  z.object({ type: z.literal('driver.group'), change: groupChangeSchema }),
  /** The session has found itself unusable and has begun to free its resources; `dropped` or `closed` follows. */
  z.object({ type: z.literal('driver.broken'), reason, detail }),
  /**
   * The provider has ended the login, as `logout` asked: it lists this device no more. Told only when that is certain, and
   * before `closed`; without it, whoever ordered the logout must take the device for still listed.
   */
  z.object({ type: z.literal('driver.logged-out') }),
  /** Over, unasked. A promise: every resource is gone by now. */
  z.object({ type: z.literal('driver.dropped'), reason, detail }),
  /** Over, as asked by close, logout or kill. The same promise. */
  z.object({ type: z.literal('driver.closed') }),
]);
export type DriverFact = z.infer<typeof driverFactSchema>;
/** After one of these, a session says nothing more. */
export const isLastFact = (fact: DriverFact): boolean =>
  fact.type === 'driver.dropped' || fact.type === 'driver.closed';

/** Up to where a chat is known, by the provider's clock, in milliseconds since 1970. */
export interface ChatPosition {
  readonly chatId: string;
  readonly afterMs: number;
}

/** What an account may ask of its session, with the answers. `close` and `logout` are answered, too, by `driver.closed`. */
export interface SessionOrders {
  /** Fixes the id under which the provider will know this message, before it is sent. The same question gives the same id. */
  readonly prepare: { readonly ask: { messageId: string; to: string }; readonly answer: { providerMessageId: string } };
  /**
   * Hands a message over. The answer means handed over, not sent: only `driver.acknowledged` (sent or better) means sent.
   * `quoted`: the provider's id of the message that it answers.
   */
  readonly send: {
    readonly ask: { providerMessageId: string; to: string; content: OutgoingContent; quoted: string | null };
    readonly answer: Record<string, never>;
  };
  /**
   * Hands texts (no link previews, no answers) over one after the other, each when the servers have the one before, so that
   * there is one on its way at a time without a question in between. At most SEND_IN_TURN_MAX; none is begun after
   * SEND_IN_TURN_MS_MAX, or behind one that the servers have not taken. The first `handedOver` are handed over as by
   * `send`. Then comes the one that was refused, if there is a refusal. All others were not begun. When the order itself is
   * refused: after `not_ready` none was begun, after anything else each may or may not have been.
   */
  readonly sendInTurn: {
    readonly ask: { messages: readonly SessionOrders['send']['ask'][] };
    readonly answer: { handedOver: number; refusal: { why: SessionRefusal; detail: string } | null };
  };
  /** Does something to an earlier message; answered when the provider has taken it. May be repeated without harm. */
  readonly act: { readonly ask: { to: string; action: MessageAction }; readonly answer: Record<string, never> };
  /** Does the provider know this message? `level` is null when it doesn't; `refused` when the provider turned it down. */
  readonly lookup: {
    readonly ask: { providerMessageId: string; to: string };
    readonly answer: { level: AckLevel | 'refused' | null };
  };
  /** Does the page answer, and is it still logged in and ready? */
  readonly probe: { readonly ask: Record<string, never>; readonly answer: { phone: string | null } };
  /** Asks for a code to type on the phone; `driver.pairing-code` brings it, too. */
  readonly pairingCode: { readonly ask: { phone: string }; readonly answer: { code: string; lifetimeMs: number } };
  readonly markRead: { readonly ask: { chatId: string }; readonly answer: Record<string, never> };
  /** Shown to the other side for some seconds. */
  readonly typing: { readonly ask: { chatId: string; state: TypingState }; readonly answer: Record<string, never> };
  /**
   * Writes the file of a received message to `path` (absolute; replaced if there), at most `bytesMax`. `rejected`: it is
   * gone from the provider, or larger.
   */
  readonly fetchMedia: {
    readonly ask: { providerMessageId: string; path: string; bytesMax: number };
    readonly answer: { bytes: number; mimeType: string; filename: string | null };
  };
  /**
   * Tells again, as facts and before it answers, what came in after `afterMs` (by the provider's clock) in each of these
   * chats and, unless null, after `otherwiseAfterMs` in all others: oldest first within a chat, at most CATCH_UP_CHATS_MAX
   * chats and CATCH_UP_MESSAGES_MAX messages. `more`: the chats that have more, or were not read, with where to go on. A
   * chat is never cut within one moment of the provider's clock (a second, at WhatsApp): what bears the same time as the
   * last one told is told, too.
   */
  readonly catchUp: {
    readonly ask: { chats: readonly ChatPosition[]; otherwiseAfterMs: number | null };
    readonly answer: { told: number; more: readonly ChatPosition[] };
  };
  readonly listChats: {
    readonly ask: { kind: 'person' | 'group' | null; offset: number; limit: number };
    readonly answer: Listed<ChatView>;
  };
  /** `bad_recipient` when there is no such chat; so, too, below. */
  readonly showChat: { readonly ask: { chatId: string }; readonly answer: ChatView };
  /** The newest `limit` lines, oldest first. */
  readonly listHistory: {
    readonly ask: { chatId: string; limit: number };
    readonly answer: { items: readonly HistoryLine[] };
  };
  readonly listContacts: {
    readonly ask: { offset: number; limit: number };
    readonly answer: Listed<ContactView>;
  };
  readonly showContact: { readonly ask: { contactId: string }; readonly answer: ContactView };
  readonly showGroup: { readonly ask: { chatId: string }; readonly answer: GroupView };
  readonly isRegistered: { readonly ask: { phone: string }; readonly answer: RegisteredView };
  /** Ends the login on the provider's side, then closes. `driver.logged-out` says that the provider has done so. */
  readonly logout: { readonly ask: Record<string, never>; readonly answer: Record<string, never> };
  /** Closes properly, keeping the login. */
  readonly close: { readonly ask: Record<string, never>; readonly answer: Record<string, never> };
}
export type SessionOrderName = keyof SessionOrders;
export const SESSION_ORDER_NAMES = [
  'prepare',
  'send',
  'sendInTurn',
  'act',
  'lookup',
  'probe',
  'pairingCode',
  'markRead',
  'typing',
  'fetchMedia',
  'catchUp',
  'listChats',
  'showChat',
  'listHistory',
  'listContacts',
  'showContact',
  'showGroup',
  'isRegistered',
  'logout',
  'close',
] as const satisfies readonly SessionOrderName[];

/**
 * Why a session did not do as asked.
 * - `not_ready`    not connected now; nothing was done, ask again later
 * - `bad_recipient` the provider knows no such chat; nothing was sent
 * - `unsupported`  this driver can't
 * - `rejected`     the provider said no; nothing was sent
 * - `unanswered`   no answer in time: it may or may not have been done
 * - `gone`         the session is over: it may or may not have been done
 */
export const SESSION_REFUSALS = [
  'not_ready',
  'bad_recipient',
  'unsupported',
  'rejected',
  'unanswered',
  'gone',
] as const;
export type SessionRefusal = (typeof SESSION_REFUSALS)[number];
export type SessionAnswer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly why: SessionRefusal; readonly detail: string };

/** What a session is opened for. */
export interface SessionOpening {
  readonly accountId: string;
  /** Number of this session, counted per account; facts of another one are stale. */
  readonly incarnation: number;
  readonly epoch: number;
  /** `saved`: a login that worked should be on disk; a session that finds none may try the last good copy. */
  readonly login: 'none' | 'saved';
  readonly settings: Readonly<Record<string, unknown>>;
}
