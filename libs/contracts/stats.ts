import { z } from 'zod';
import { ACCOUNT_STATUSES, type AccountStatus } from './account.js';
import { rootSchema } from './health.js';
import { QUEUE_COUNTED_MAX } from './limits/calls.js';

const time = z.iso.datetime();
const count = z.int().nonnegative();

export const rateSchema = z
  .object({ total: count.describe('since `startedAt`'), lastMinute: count, lastHour: count })
  .describe('younger than an hour, a runtime tells of that time alone');
export type Rate = z.infer<typeof rateSchema>;

const measured = z
  .object({ mean: z.number(), max: z.number() })
  .nullable()
  .describe('of the last minute; null: nothing');
const capped = z.boolean().describe(`there are more than were counted: at most ${QUEUE_COUNTED_MAX} of each kind are`);

/** The two ways in which a message is stored, and what becomes of one that is sent. */
export const MESSAGE_TALLIES = ['accepted', 'received', 'sent', 'delivered', 'read', 'failed', 'uncertain'] as const;
export type MessageTally = (typeof MESSAGE_TALLIES)[number];

const queuesSchema = z.object({
  outbox: z.object({ queued: count, sending: count, oldestAt: time.nullable(), capped }),
  deliveries: z.object({
    waiting: count.describe('not tried yet'),
    retrying: count.describe('tried in vain, and tried again'),
    dead: count.describe('given up'),
    oldestAt: time.nullable().describe('when the oldest event happened that waits or is tried again'),
    capped,
  }),
  jobs: z.object({ due: count, later: count, running: count, capped }),
});
export type QueuesView = z.infer<typeof queuesSchema>;

const logEndSchema = z.object({ cursor: z.string(), at: time }).nullable();

/** What the store is asked for; null where it does not answer in time. */
export const storedStatsSchema = z.object({
  queues: queuesSchema,
  log: z.object({ oldest: logEndSchema.describe('that is kept'), newest: logEndSchema }),
});
export type StoredStats = z.infer<typeof storedStatsSchema>;

/** What this runtime does, and how much waits. Read by people and their pages; a monitoring system reads /metrics. */
export const statsSchema = z.object({
  at: time,
  startedAt: time,
  phase: rootSchema.shape.status,
  memory: z.object({ heapUsed: z.number(), heapTotal: z.number(), rss: z.number() }).describe('MB'),
  loopDelayMs: z.number().nullable().describe('the longest that the event loop was held up, in the last 10 to 20 s'),
  accounts: z.object(
    Object.fromEntries(ACCOUNT_STATUSES.map((status) => [status, count])) as Record<AccountStatus, typeof count>,
  ),
  messages: z.object(
    Object.fromEntries(MESSAGE_TALLIES.map((what) => [what, rateSchema])) as Record<MessageTally, typeof rateSchema>,
  ),
  transitions: rateSchema.describe('steps of all account machines'),
  restarts: rateSchema.describe('automatic ones'),
  commits: z.object({ entries: rateSchema, ms: measured }),
  webhooks: z.object({ taken: rateSchema, failed: rateSchema, gaveUp: rateSchema }),
  stream: z.object({
    clients: count,
    told: rateSchema.describe('events read from the log for those who follow it'),
    lagMs: measured.describe('from the begin of a change until its event is told'),
  }),
  stored: storedStatsSchema.nullable(),
});
export type StatsView = z.infer<typeof statsSchema>;
