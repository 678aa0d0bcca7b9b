import { z } from 'zod';
import { eventCursorSchema, TOPICS } from './event-log.js';
import { INSPECTION } from './inspection.js';
import { INSPECTED_ACCOUNTS_MAX, STREAM_ACCOUNTS_MAX } from './limits/news.js';

/**
 * The WebSocket at /ws. What is asked for stands in the address:
 * `/ws?topics=accounts,messages&accounts=<id>,<id>&since=<cursor>`. All frames are JSON texts of `streamFrameSchema`.
 *
 * - Without `since` it begins with what happens from now on; with it, with what came after that cursor. Nothing is left
 *   out between the two, and nothing is told twice on one connection.
 * - The first frame is `stream.hello`; `stream.heartbeat` comes every STREAM_HEARTBEAT_EVERY_MS. Both carry the cursor up to
 *   which all has been told, so that a quiet client can resume without a gap, too.
 * - The topic `inspection` (inspection.ts) is told to those who name it, and the accounts that they watch. It is told live only.
 * - The API key is checked at the upgrade (401): header X-Api-Key, Authorization: Bearer, or, for a browser, the
 *   subprotocols `muster` and `key.<base64url of the key>`.
 */
export const STREAM_PATH = '/ws';
/** The page that shows watched accounts in Stately’s inspector: `/stately?accounts=<id>`. Only with STATELY_INSPECTOR. */
export const STATELY_PATH = '/stately';
export const STREAM_SUBPROTOCOL = 'muster';
export const STREAM_KEY_PREFIX = 'key.';

export const STREAM_TOPICS = [...TOPICS, INSPECTION] as const;
export type StreamTopic = (typeof STREAM_TOPICS)[number];

/** Why the server closes. Clients resume with `since` = the last cursor they saw, unless it says not to. */
export const STREAM_CLOSES = {
  going_away: { code: 1001, text: 'the runtime is stopping; resume in a moment' },
  policy: { code: 1008, text: 'this connection only listens; nothing may be sent to it' },
  slow_consumer: { code: 4008, text: 'too much waits for this client; resume with since' },
  silent: { code: 4009, text: 'no answer to a ping; resume with since' },
  cursor_expired: {
    code: 4010,
    text: 'since is older than what is kept; read the accounts anew and start without since',
  },
  store_unavailable: { code: 4013, text: 'the log can’t be read now; resume with since in a moment' },
} as const;
export type StreamClose = keyof typeof STREAM_CLOSES;

const words = (text: string): readonly string[] =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

const streamQueryShape = z.strictObject({
  topics: z
    .string()
    .transform(words)
    .pipe(z.array(z.enum(STREAM_TOPICS)).min(1))
    .optional()
    .describe(
      `separated by commas; not given: all but ${INSPECTION}, which wants accounts, ${INSPECTED_ACCOUNTS_MAX} at most`,
    ),
  accounts: z
    .string()
    .transform(words)
    .pipe(z.array(z.uuid().toLowerCase()).min(1).max(STREAM_ACCOUNTS_MAX))
    .optional()
    .describe('ids separated by commas; not given: all, and what belongs to no account'),
  since: eventCursorSchema.optional(),
  format: z
    .enum(['muster', 'stately'])
    .optional()
    .describe(`stately: ${INSPECTION} in the words of Stately’s inspector; only with STATELY_INSPECTOR=true`),
});
export const streamQuerySchema = streamQueryShape
  .refine(
    ({ topics, accounts }) =>
      !topics?.includes(INSPECTION) || (accounts !== undefined && accounts.length <= INSPECTED_ACCOUNTS_MAX),
    { path: ['accounts'], message: `name 1 to ${INSPECTED_ACCOUNTS_MAX} accounts to watch` },
  )
  .refine(({ topics, format }) => format !== 'stately' || topics?.join() === INSPECTION, {
    path: ['format'],
    message: `stately has words for topics=${INSPECTION} alone`,
  });
export type StreamQuery = z.output<typeof streamQuerySchema>;

export const streamFrameSchema = z.object({
  topic: z.enum([...STREAM_TOPICS, 'stream']),
  event: z.string(),
  id: z.string().nullable().describe('of the logged event; null for what is told live only'),
  cursor: z.string().nullable().describe('null for what is told live only'),
  accountId: z.string().nullable(),
  at: z.iso.datetime(),
  data: z.record(z.string(), z.json()),
});
export type StreamFrame = z.infer<typeof streamFrameSchema>;
