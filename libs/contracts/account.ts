import { z } from 'zod';
import { LABEL_CHARS_MAX, PAGE_ITEMS_DEFAULT, PAGE_ITEMS_MAX, SETTINGS_BYTES_MAX } from './limits/calls.js';
import { paceSettingsSchema } from './outbox.js';
import { cursorSchema } from './page.js';
import { REASON_ACTORS, REASON_CLASSES, REASON_CODES } from './reasons.js';

export const PROVIDERS = ['whatsapp', 'telegram', 'simulated'] as const;
export type Provider = (typeof PROVIDERS)[number];

/** The six words: top-level states of the account machine and the only statuses on the wire. */
export const ACCOUNT_STATUSES = [
  'DISCONNECTED',
  'CONNECTING',
  'QR_READY',
  'AUTHENTICATING',
  'CONNECTED',
  'FAILED',
] as const;
export type AccountStatus = (typeof ACCOUNT_STATUSES)[number];

export const DESIRED_STATUSES = ['CONNECTED', 'DISCONNECTED'] as const;
export type DesiredStatus = (typeof DESIRED_STATUSES)[number];

const time = z.iso.datetime().describe('ISO 8601, UTC');

export const accountIdSchema = z.uuid().describe('UUIDv7');
/** E.164: a plus sign, a country code, at most 15 digits. */
export const phoneSchema = z
  .string()
  .regex(/^\+[1-9]\d{6,14}$/, 'expected an E.164 phone number such as +380441234567');

export const reasonSchema = z.object({
  code: z.enum(REASON_CODES as [string, ...string[]]),
  class: z
    .enum(REASON_CLASSES)
    .describe('crash: counts toward giving up · outage: retried for as long as it lasts · normal: not restarted'),
  message: z.string(),
  who: z.enum(REASON_ACTORS).describe('who must act before it is well again; nobody: it is as wished, or being healed'),
  retryable: z.boolean().describe('a plain connect may succeed without anything else being changed first'),
  at: time,
});
export type ReasonView = z.infer<typeof reasonSchema>;

/** What the account's browser takes of this machine: all its processes, as measured last. */
export const browserSchema = z.object({
  memoryMb: z.number().nonnegative().describe('MiB; what processes share (PSS) counts once'),
  cpuPercent: z.number().nonnegative().describe('of one core, since the look before'),
  processes: z.int().positive(),
  measuredAt: time,
});
export type BrowserView = z.infer<typeof browserSchema>;

/** An account as it is committed. */
export const storedAccountSchema = z.object({
  id: accountIdSchema,
  label: z.string(),
  provider: z.enum(PROVIDERS),
  status: z.enum(ACCOUNT_STATUSES),
  detail: z.string().describe('the state with its sub-state, such as CONNECTING.backingOff'),
  desired: z.enum(DESIRED_STATUSES),
  phone: z.string().nullable(),
  reason: reasonSchema.nullable(),
  since: time.describe('when the status was entered'),
  restarts: z.object({
    count: z.int().nonnegative().describe('automatic restarts since a person last connected it'),
    nextAttemptAt: time.nullable(),
  }),
  node: z.string().nullable(),
  settings: z.record(z.string(), z.json()),
  createdAt: time,
  updatedAt: time,
});
export type StoredAccount = z.infer<typeof storedAccountSchema>;

/** As it is shown: beside what is committed, what is measured now and then. */
export const accountSchema = storedAccountSchema.extend({
  browser: browserSchema.nullable().describe('null: it has none, was not measured yet, or this is not Linux'),
});
export type AccountView = z.infer<typeof accountSchema>;

const labelSchema = z.string().trim().min(1).max(LABEL_CHARS_MAX);
const settingsSchema = z
  .record(z.string(), z.json())
  .refine(
    (settings) => JSON.stringify(settings).length <= SETTINGS_BYTES_MAX,
    `at most ${SETTINGS_BYTES_MAX} bytes of JSON`,
  )
  .superRefine(({ pace }, check) => {
    if (pace === undefined) return;
    for (const { message, path } of paceSettingsSchema.safeParse(pace).error?.issues ?? [])
      check.addIssue({ code: 'custom', message, path: ['pace', ...path] });
  });

export const createAccountSchema = z.strictObject({
  label: labelSchema,
  provider: z.enum(PROVIDERS),
  settings: settingsSchema.optional(),
});
export type CreateAccount = z.infer<typeof createAccountSchema>;

export const patchAccountSchema = z
  .strictObject({ label: labelSchema.optional(), settings: settingsSchema.optional() })
  .refine((patch) => Object.keys(patch).length > 0, 'give label, settings or both');
export type PatchAccount = z.infer<typeof patchAccountSchema>;

export const listAccountsSchema = z.strictObject({
  status: z.enum(ACCOUNT_STATUSES).optional(),
  provider: z.enum(PROVIDERS).optional(),
  label: z.string().max(LABEL_CHARS_MAX).optional().describe('part of the label, upper or lower case'),
  limit: z.coerce.number().int().min(1).max(PAGE_ITEMS_MAX).default(PAGE_ITEMS_DEFAULT),
  cursor: cursorSchema.optional(),
});
export type ListAccounts = z.input<typeof listAccountsSchema>;

/** What a life-cycle command did, beside the account as it is committed now. */
export const COMMAND_OUTCOMES = ['connecting', 'disconnecting', 'restarting', 'logging_out', 'nothing_to_do'] as const;
export const commandedAccountSchema = accountSchema.extend({ did: z.enum(COMMAND_OUTCOMES) });
export type CommandedAccount = z.infer<typeof commandedAccountSchema>;
export type CommandOutcome = (typeof COMMAND_OUTCOMES)[number];

export const ACCOUNT_COMMANDS = ['connect', 'disconnect', 'restart', 'logout'] as const;
export type AccountCommandName = (typeof ACCOUNT_COMMANDS)[number];
