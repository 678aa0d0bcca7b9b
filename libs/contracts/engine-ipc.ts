import { z } from 'zod';
import { PROVIDERS } from './account.js';
import { driverFactSchema, SESSION_ORDER_NAMES, SESSION_REFUSALS } from './session.js';

/**
 * The messages between the runtime and an engine host, over Node's IPC channel. Both sides parse what they get:
 * a malformed message is a broken peer, never a half-understood order. `session` names one session: account and incarnation.
 */
const session = z.string().max(120);
export const sessionKey = (accountId: string, incarnation: number): string => `${accountId}#${incarnation}`;
export const accountOfSession = (key: string): string => key.slice(0, key.lastIndexOf('#'));

/** Becomes part of a reason's detail. */
export const LAST_WORDS_CHARS_MAX = 300;

export const toEngineSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('open'),
    session,
    provider: z.enum(PROVIDERS),
    opening: z.object({
      accountId: z.string(),
      incarnation: z.int().nonnegative(),
      epoch: z.int().nonnegative(),
      login: z.enum(['none', 'saved']),
      settings: z.record(z.string(), z.unknown()),
    }),
  }),
  z.object({ kind: z.literal('ask'), session, question: z.int(), name: z.enum(SESSION_ORDER_NAMES), ask: z.unknown() }),
  z.object({ kind: z.literal('kill'), session, question: z.int() }),
  z.object({ kind: z.literal('discard-login'), provider: z.enum(PROVIDERS), accountId: z.string(), question: z.int() }),
  /** Renews the host's own deadline: without it for ENGINE_HEARTBEAT_MISSING_MS_MAX the host closes all and leaves. */
  z.object({ kind: z.literal('renew') }),
  /** Close all sessions properly, then exit. */
  z.object({ kind: z.literal('leave') }),
]);
export type ToEngine = z.infer<typeof toEngineSchema>;

export const fromEngineSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('hello'), pid: z.int() }),
  z.object({ kind: z.literal('heartbeat') }),
  /** It closes all and takes nothing more, for whatever reason. */
  z.object({ kind: z.literal('leaving') }),
  /** It has failed, so that nothing in it can be trusted any more, and exits. One line that says of what. */
  z.object({ kind: z.literal('last-words'), text: z.string().max(LAST_WORDS_CHARS_MAX) }),
  z.object({ kind: z.literal('fact'), session, fact: driverFactSchema }),
  z.object({
    kind: z.literal('answer'),
    question: z.int(),
    answer: z.union([
      z.object({ ok: z.literal(true), value: z.unknown() }),
      z.object({ ok: z.literal(false), why: z.enum(SESSION_REFUSALS), detail: z.string() }),
    ]),
  }),
  z.object({
    kind: z.literal('log'),
    level: z.enum(['debug', 'info', 'warn', 'error']),
    text: z.string(),
    data: z.record(z.string(), z.unknown()).optional(),
  }),
]);
export type FromEngine = z.infer<typeof fromEngineSchema>;
