import { z } from 'zod';
import { ACCOUNT_STATUSES, accountIdSchema, PROVIDERS } from './account.js';
import { REASON_CLASSES } from './reasons.js';

const time = z.iso.datetime();
const count = z.int().nonnegative();

/** More than `restartsMax` crashes within `windowMs`, and nothing but a person starts it again. */
const intensitySchema = z.object({
  restartsMax: count,
  windowMs: z.number().positive(),
  used: count.describe('crashes that count now; where each child has its own count, of the child nearest to the limit'),
});
export type IntensityView = z.infer<typeof intensitySchema>;

/** One supervisor with many children of a kind. */
export const branchSchema = z.object({
  id: z.enum(['sessions', 'accounts']),
  strategy: z.enum(['one_for_one', 'one_for_all', 'rest_for_one']),
  restart: z
    .enum(['permanent', 'transient', 'temporary'])
    .describe('of its children; transient: not after a normal end'),
  intensity: intensitySchema,
  backoff: z.object({ firstMs: z.number(), msMax: z.number(), resetAfterMs: z.number() }),
  children: z.object({
    running: count,
    stopping: count,
    waiting: count.describe('gone, and to be started again'),
    down: count.describe('gone, and at rest'),
  }),
  shaken: count.describe('children with crashes that count now'),
});
export type BranchView = z.infer<typeof branchSchema>;

export const PART_IDS = ['database', 'recorder', 'jobs', 'upkeep'] as const;
/** A part of the runtime that is kept up for as long as it runs. */
export const partSchema = z.object({
  id: z.enum(PART_IDS),
  kind: z.enum(['process', 'service', 'worker']).describe('service: somebody else’s, which is waited for'),
  restart: z.literal('permanent'),
  state: z.enum(['running', 'waiting']).describe('waiting: it is away, and tried again and again'),
  since: time.describe('when this state began'),
  restarts: count.describe('how often it came back since the runtime’s start'),
  intensity: intensitySchema.nullable().describe('beyond it, tries are spread; null: it has none'),
  reason: z.string().nullable().describe('why it went away last'),
  pid: z.int().positive().nullable(),
  waiting: count.nullable().describe('what waits to be done by it; null: nobody counts'),
});
export type PartView = z.infer<typeof partSchema>;

const memory = z.number().nonnegative().nullable().describe('MiB (PSS); null: not measured yet, or this is not Linux');

export const engineHostSchema = z.object({
  pid: z.int().positive(),
  state: z.enum(['starting', 'running', 'leaving', 'ending']),
  since: time.describe('when it was started'),
  memoryMb: memory.describe('its own, without its browsers'),
  accounts: z.array(
    z.object({
      accountId: accountIdSchema,
      browser: z
        .object({
          pid: z.int().positive(),
          memoryMb: z.number().nonnegative(),
          cpuPercent: z.number().nonnegative(),
          processes: z.int().positive(),
        })
        .nullable(),
    }),
  ),
});
export type EngineHostView = z.infer<typeof engineHostSchema>;

const enginesSchema = z.object({
  accountsMax: count.describe('accounts in one host; its end is the end of their sessions and of no others'),
  restart: z.literal('temporary').describe('one that ended is not started again: the next session gets a fresh one'),
  browserMbMax: count.describe('a browser over it is replaced when it is idle'),
  measuredAt: time.nullable().describe('when memory was looked at last'),
  hosts: z.array(engineHostSchema),
  hostsLeftOut: count,
  lost: count.describe('hosts that broke since the runtime’s start'),
  lastLost: z.object({ pid: z.int(), at: time, reason: z.string() }).nullable(),
});
export type EnginesView = z.infer<typeof enginesSchema>;

/** Between a back-off and a launch. */
export const launchSchema = z.object({
  provider: z.enum(PROVIDERS),
  slots: z.object({ max: count, used: count, waiting: count }),
  brake: z.object({
    on: z.boolean().describe('restarts are held, since many fell at once'),
    since: time.nullable(),
    failed: count.describe('accounts that fell within windowMs'),
    held: count.describe('restarts that wait until the cause is gone'),
    scouts: count.describe('restarts that went alone, to see whether it is'),
    nextScoutAt: time.nullable(),
    shareMax: z.number().describe('more than this share of the accounts, and failedMin at least, put it on'),
    failedMin: count,
    windowMs: z.number(),
  }),
});
export type LaunchView = z.infer<typeof launchSchema>;

export const TROUBLES = ['failed', 'broken', 'held', 'backing_off', 'shaken'] as const;
export const troubledAccountSchema = z.object({
  accountId: accountIdSchema,
  provider: z.enum(PROVIDERS),
  detail: z.string().describe('its state with its sub-state'),
  trouble: z
    .enum(TROUBLES)
    .describe(
      'failed: waits for a person · broken: its actor broke, and comes back · held: by the brake · backing_off: waits for its next try · shaken: has crashes that count, and goes on',
    ),
  since: time.describe('when its status was entered'),
  incarnation: count.describe('number of its present or last session'),
  restarts: count.describe('since a person last connected it'),
  crashes: count.describe('of its sessions that count now'),
  actorCrashes: count.describe('the same of its actor'),
  nextAttemptAt: time.nullable(),
  reason: z.object({ code: z.string(), class: z.enum(REASON_CLASSES), at: time }).nullable(),
});
export type TroubledAccount = z.infer<typeof troubledAccountSchema>;

const accountsSchema = z.object({
  total: count,
  byStatus: z.record(z.enum(ACCOUNT_STATUSES), count),
  troubled: z.array(troubledAccountSchema).describe('those nearest to a person’s attention first'),
  troubledLeftOut: count,
});

/** The tree of supervisors of a node, as it is at this moment. */
export const supervisionSchema = z.object({
  node: z.string(),
  pid: z.int().positive(),
  at: time,
  since: time.describe('when the process began'),
  phase: z.enum(['starting', 'restoring', 'running', 'shutting_down']),
  parts: z.array(partSchema),
  engines: enginesSchema,
  branches: z.array(branchSchema),
  launches: z.array(launchSchema).describe('of each provider that had something to launch'),
  accounts: accountsSchema,
});
export type SupervisionView = z.infer<typeof supervisionSchema>;
