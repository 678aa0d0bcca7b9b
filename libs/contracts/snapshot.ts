import { z } from 'zod';
import { accountIdSchema } from './account.js';

/** What is stored of an account's machine. All but the id is null for an account that has never moved. */
export const accountSnapshotSchema = z.object({
  accountId: accountIdSchema,
  epoch: z.int().nonnegative().nullable(),
  writtenAt: z.iso.datetime().nullable(),
  snapshot: z.json().describe('versioned; holds no secret, no QR payload and no login'),
});
export type AccountSnapshotView = z.infer<typeof accountSnapshotSchema>;
