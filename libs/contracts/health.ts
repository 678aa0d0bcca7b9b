import { z } from 'zod';
import { ACCOUNT_STATUSES } from './account.js';

const indicators = z.record(z.string(), z.looseObject({ status: z.enum(['up', 'down']) }));

/** The parts that are up, those that are down, and both together. */
export const checkSchema = z.object({
  status: z.enum(['ok', 'error', 'shutting_down']),
  info: indicators,
  error: indicators,
  details: indicators,
});
export type CheckView = z.infer<typeof checkSchema>;

export const healthSchema = checkSchema.extend({
  uptime: z.number().describe('seconds'),
  timestamp: z.iso.datetime(),
  activeClients: z.int().nonnegative().describe('accounts that are CONNECTED'),
  clients: z.array(z.object({ accountId: z.string(), status: z.enum(ACCOUNT_STATUSES), hasPhone: z.boolean() })),
  memory: z.object({ heapUsed: z.number(), heapTotal: z.number(), rss: z.number() }).describe('MB'),
});
export type HealthView = z.infer<typeof healthSchema>;

export const rootSchema = z.object({
  name: z.string(),
  version: z.string(),
  status: z.enum(['starting', 'restoring', 'running', 'shutting_down']),
  statelyInspector: z
    .string()
    .nullable()
    .default(null)
    .describe('path of the page that shows accounts in Stately’s inspector, with `?accounts=<id>`; null: it is off'),
});
export type RootView = z.infer<typeof rootSchema>;
