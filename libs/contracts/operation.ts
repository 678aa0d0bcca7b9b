import type { z } from 'zod';
import type { ProblemCode } from './problem.js';

export const API_PREFIX = '/api/v1';

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
export type Tag =
  | 'accounts'
  | 'pairing'
  | 'messages'
  | 'outbox'
  | 'media'
  | 'chats'
  | 'events'
  | 'webhooks'
  | 'account-manager'
  | 'machines'
  | 'runtime';

/** A call of the REST API as data: what goes in, what comes out, how it may be refused. */
export interface Operation {
  readonly method: Method;
  /** With parameters in braces, as OpenAPI writes them. */
  readonly path: `/${string}`;
  readonly tag: Tag;
  readonly summary: string;
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly headers?: z.ZodType;
  readonly body?: z.ZodType;
  /** Media types beside JSON in which the body may come. */
  readonly otherBodies?: readonly string[];
  readonly status: 200 | 201 | 202 | 204;
  /** Null: no JSON comes back. */
  readonly answer: z.ZodType | null;
  /** Media types beside JSON in which the answer can be had. */
  readonly otherTypes?: readonly string[];
  /** The same answer comes with this status, too, when something is down. */
  readonly downStatus?: 503;
  readonly refusals: readonly ProblemCode[];
  /** No API key is asked for, ever. */
  readonly open?: true;
  /** Who may, while the account is leased. Every call that changes something of an account says so. */
  readonly fence?: FenceRule;
}

/**
 * By the header X-Lease-Fence, which is looked at before anything is done (src/api/http/fence.guard.ts):
 * `holder`: while the account is leased, its holder alone may, or a person in charge who says so by X-Lease-Override ·
 * `if_given`: anybody may, but whoever says under which lease, under the one that lives · `stored`: as `holder`, and the store asks, with the commit.
 */
export type FenceRule = 'holder' | 'if_given' | 'stored';
