import { z } from 'zod';

/**
 * What the dashboard's panel and the demo say to each other below `/demo/`: one schema each, the types follow. Only the
 * demo's front door answers there (demo-door.ts); Muster itself knows nothing of it.
 */

/**
 * What may be played. `strikes`: at whom it aims, which is the chosen account (or all), the engine host that has it with all
 * the accounts in there, or the database. `ends`: what becomes of it. `back`: Muster heals it alone · `rests`: a person has
 * to act · `holds`: no account is to leave CONNECTED at all.
 */
export const DEMO_FAULTS = {
  kill_browser: { group: 'process', strikes: 'account', ends: 'back' },
  freeze_browser: { group: 'process', strikes: 'account', ends: 'back' },
  kill_engine_host: { group: 'process', strikes: 'host', ends: 'back' },
  freeze_engine_host: { group: 'process', strikes: 'host', ends: 'back' },
  kill_database: { group: 'process', strikes: 'database', ends: 'holds' },
  crash_page: { group: 'page', strikes: 'account', ends: 'back' },
  hang_page: { group: 'page', strikes: 'account', ends: 'back' },
  reload_page: { group: 'page', strikes: 'account', ends: 'back' },
  cut_network: { group: 'network', strikes: 'account', ends: 'back' },
  slow_network: { group: 'network', strikes: 'account', ends: 'holds' },
  lose_answer: { group: 'network', strikes: 'account', ends: 'holds' },
  log_out: { group: 'provider', strikes: 'account', ends: 'rests' },
  open_elsewhere: { group: 'provider', strikes: 'account', ends: 'back' },
  ban: { group: 'provider', strikes: 'account', ends: 'rests' },
  refuse_message: { group: 'provider', strikes: 'account', ends: 'holds' },
} as const satisfies Readonly<Record<string, FaultTraits>>;

export interface FaultTraits {
  readonly group: 'process' | 'page' | 'network' | 'provider';
  readonly strikes: 'account' | 'host' | 'database';
  readonly ends: 'back' | 'rests' | 'holds';
}
export type DemoFault = keyof typeof DEMO_FAULTS;
export const DEMO_FAULT_NAMES = Object.keys(DEMO_FAULTS) as readonly DemoFault[];

const accountId = z.uuid();

/** `account` null: all that are connected. */
export const strikeOrder = z.strictObject({ fault: z.enum(DEMO_FAULT_NAMES), account: accountId.nullable() });
export type StrikeOrder = z.input<typeof strikeOrder>;

/** The phone beside this account scans the code that Muster shows, or types the one that was asked for it. */
export const scanOrder = z.strictObject({ account: accountId });

/** Longer than any line that is written in one click. */
export const DEMO_TEXT_CHARS_MAX = 500;
/** A customer writes to this account. */
export const writeOrder = z.strictObject({ account: accountId, text: z.string().min(1).max(DEMO_TEXT_CHARS_MAX) });

export const strikeView = z.object({
  id: z.int(),
  fault: z.enum(DEMO_FAULT_NAMES),
  /** Those it struck, or may have. */
  accounts: z.array(z.object({ id: accountId, label: z.string() })).readonly(),
  at: z.iso.datetime(),
  /** Until then it lasts; null for what is done in an instant. */
  until: z.iso.datetime().nullable(),
  /** Of the database: after how many ms Muster was not ready, and was again. Null: not yet, or not asked. */
  store: z.object({ lostMs: z.number().nullable(), backMs: z.number().nullable() }).nullable(),
});
export type StrikeView = z.infer<typeof strikeView>;

export const phoneView = z.object({
  /** E.164 */
  number: z.string(),
  account: z.object({ id: accountId, label: z.string() }),
  /** Whether its list of linked devices has Muster's. */
  linked: z.boolean(),
  /** A code is on the screen that it could scan. */
  seesCode: z.boolean(),
  /** One was asked for it, to be typed. */
  typesCode: z.boolean(),
});
export type PhoneView = z.infer<typeof phoneView>;

export const demoView = z.object({
  /** `played`: the story goes on in the terminal, and its phones scan by themselves. */
  story: z.enum(['played', 'over']),
  phones: z.array(phoneView).readonly(),
  /** Nobody of Muster's: writes to accounts, and shows what they wrote last. */
  customer: z.object({
    number: z.string(),
    heard: z.object({ from: z.string(), text: z.string(), at: z.iso.datetime() }).nullable(),
  }),
  /** Latest first. */
  strikes: z.array(strikeView).readonly(),
});
export type DemoView = z.infer<typeof demoView>;

/** Why something can't be done now. */
export const DEMO_REFUSALS = [
  'not_connected',
  'just_linked',
  'nothing_to_strike',
  'no_code',
  'account_unknown',
] as const;
export type DemoRefusal = (typeof DEMO_REFUSALS)[number];

/** The name of the meta element in the dashboard's page that tells where all this is, relative to the page. */
export const DEMO_META = 'muster-demo';
