import { z } from 'zod';
import { REASON_CODES, type ReasonCode } from './reasons.js';

/**
 * The words between an account and its session (a driver's live connection): plain JSON, so that a driver in this
 * process and one in an engine host are the same code. Facts go up, orders go down, each order has one answer.
 */
const reason = z.enum(REASON_CODES as [ReasonCode, ...ReasonCode[]]);
const detail = z.string().max(2_000).optional();

/** How far the provider says a message has come. `pending`: known to the session, not yet at the server. */
export const ACK_LEVELS = ['pending', 'sent', 'delivered', 'read'] as const;
export type AckLevel = (typeof ACK_LEVELS)[number];

export const receivedMessageSchema = z.object({
  providerMessageId: z.string().max(500),
  chatId: z.string().max(200),
  from: z.string().max(200),
  text: z.string().nullable(),
  /** Milliseconds since 1970, by the provider's clock. */
  sentAt: z.number(),
});
export type ReceivedMessage = z.infer<typeof receivedMessageSchema>;

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

/** What an account may ask of its session, with the answers. `close` and `logout` are answered, too, by `driver.closed`. */
export interface SessionOrders {
  /** Fixes the id under which the provider will know this message, before it is sent. The same question gives the same id. */
  readonly prepare: { readonly ask: { messageId: string; to: string }; readonly answer: { providerMessageId: string } };
  /** Hands a text over. The answer means handed over, not sent: only `driver.acknowledged` (sent or better) means sent. */
  readonly send: {
    readonly ask: { providerMessageId: string; to: string; text: string };
    readonly answer: Record<string, never>;
  };
  /** Does the provider know this message? `level` is null when it doesn't; `refused` when the provider turned it down. */
  readonly lookup: {
    readonly ask: { providerMessageId: string; to: string };
    readonly answer: { level: AckLevel | 'refused' | null };
  };
  /** Does the page answer, and is it still logged in and ready? */
  readonly probe: { readonly ask: Record<string, never>; readonly answer: { phone: string | null } };
  /** Asks for a code to type on the phone; `driver.pairing-code` brings it, too. */
  readonly pairingCode: { readonly ask: { phone: string }; readonly answer: { code: string; lifetimeMs: number } };
  /** Ends the login on the provider's side, then closes. `driver.logged-out` says that the provider has done so. */
  readonly logout: { readonly ask: Record<string, never>; readonly answer: Record<string, never> };
  /** Closes properly, keeping the login. */
  readonly close: { readonly ask: Record<string, never>; readonly answer: Record<string, never> };
}
export type SessionOrderName = keyof SessionOrders;
export const SESSION_ORDER_NAMES = ['prepare', 'send', 'lookup', 'probe', 'pairingCode', 'logout', 'close'] as const;

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
