import { z } from 'zod';
import { accountIdSchema } from './account.js';
import { SEQ_MAX, transitionSchema } from './transition.js';

/** What is stored of an account's machine. All but the id is null for an account that has never moved. */
export const accountSnapshotSchema = z.object({
  accountId: accountIdSchema,
  epoch: z.int().nonnegative().nullable(),
  writtenAt: z.iso.datetime().nullable(),
  snapshot: z.json().describe('versioned; holds no secret, no QR payload and no login'),
});
export type AccountSnapshotView = z.infer<typeof accountSnapshotSchema>;

/** What an account was after a step of its history: taken from the record through the machine, which is pure. */
export const pastAccountSchema = z.object({
  accountId: accountIdSchema,
  step: transitionSchema,
  carried: z.record(z.string(), z.json()).describe('what its event carried, such as a verdict on the next attempt'),
  orders: z.array(z.string()).describe('what the machine asked of the world with it, in order'),
  exact: z.boolean().describe('false: today’s machine does not do all as it is recorded, so details may differ'),
  snapshot: z
    .object({ version: z.int(), value: z.json(), context: z.record(z.string(), z.json()) })
    .describe('as GET …/snapshot answered then; holds no secret, no QR payload and no login'),
});
export type PastAccountView = z.infer<typeof pastAccountSchema>;

export const stepSeqSchema = z.coerce
  .number()
  .int()
  .min(1)
  .max(SEQ_MAX - 1)
  .describe('of the step');
