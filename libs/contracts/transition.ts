import { z } from 'zod';
import { PAGE_ITEMS_DEFAULT, PAGE_ITEMS_MAX } from './limits/calls.js';

/** As Postgres counts in an integer column. */
export const SEQ_MAX = 2_147_483_647;

/** One step of an account's history. `seq` counts from 1 per account without gaps. */
export const transitionSchema = z.object({
  seq: z.int().positive(),
  at: z.iso.datetime(),
  from: z.string().nullable().describe('state with sub-state; null for the first entry'),
  to: z.string(),
  event: z.string().describe('the event that moved the machine, such as driver.ready'),
  cause: z.string().nullable().describe('reason code or who asked'),
  incarnation: z.int().nonnegative().describe('number of the session the account had'),
  epoch: z.int().nonnegative().describe('number of the ownership under which it was written'),
  heldMs: z.int().nonnegative().describe('how long `from` had lasted'),
});
export type TransitionView = z.infer<typeof transitionSchema>;

export const listTransitionsSchema = z.strictObject({
  after: z.coerce.number().int().min(0).max(SEQ_MAX).default(0).describe('answers steps with a greater seq'),
  limit: z.coerce.number().int().min(1).max(PAGE_ITEMS_MAX).default(PAGE_ITEMS_DEFAULT),
});
