import { z } from 'zod';
import { PAGE_ITEMS_DEFAULT, PAGE_ITEMS_MAX } from '../limits/calls.js';
import { LEASE_NAME_CHARS_MAX } from '../limits/leasing.js';
import { pageOf } from '../page.js';
import { nameSchema } from './names.js';

/** What a line of the ledger is about. */
export const LEDGER_SUBJECTS = ['lease', 'check', 'record', 'hold', 'error', 'channel', 'limits'] as const;
export type LedgerSubject = (typeof LEDGER_SUBJECTS)[number];

export const ledgerQuerySchema = z.strictObject({
  account_id: z.uuid().toLowerCase().optional(),
  lease_id: z.uuid().toLowerCase().optional(),
  user_id: nameSchema.optional(),
  service_name: nameSchema.optional(),
  what: z.enum(LEDGER_SUBJECTS).optional(),
  decision: z.string().max(LEASE_NAME_CHARS_MAX).optional(),
  order: z.enum(['oldest', 'newest']).optional().describe('which comes first; not given: the oldest'),
  after: z
    .string()
    .regex(/^\d{1,18}$/, 'expected the nextCursor of the page before')
    .optional(),
  limit: z.coerce.number().int().min(1).max(PAGE_ITEMS_MAX).default(PAGE_ITEMS_DEFAULT),
});
export type ListLedger = z.input<typeof ledgerQuerySchema>;
export type LedgerQuery = z.output<typeof ledgerQuerySchema>;

export const ledgerLineSchema = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  account_id: z.uuid().nullable(),
  lease_id: z.uuid().nullable(),
  fence: z.int().nullable(),
  user_id: z.string().nullable(),
  service_name: z.string().nullable(),
  what: z.enum(LEDGER_SUBJECTS),
  decision: z
    .string()
    .describe(
      'granted, or offered and then accepted or withdrawn; extended, released, expired, ended, refused; allowed, denied; done, refunded, …',
    ),
  why: z.string().nullable(),
  details: z.record(z.string(), z.json()).nullable(),
});
export type LedgerLine = z.infer<typeof ledgerLineSchema>;

/** In the order that was asked for. */
export const ledgerPageSchema = pageOf(ledgerLineSchema);
