import { setTimeout as delay } from 'node:timers/promises';
import { MusterApiError } from '#libs/client/api-error';
import type { AccountView } from '#libs/contracts/account';
import { type Narrator, wordsFor } from './demo-narrator.js';
import { type PhoneParts, scanCode } from './demo-phones.js';

export interface WatchParts extends PhoneParts {
  readonly narrator: Narrator;
  /** Or does a person do it in the panel? */
  readonly scansByItself: (account: AccountView) => boolean;
}

/** A newcomer's eye sees no difference; four looks a second cost the runtime nothing. */
const LOOK_EVERY_MS = 250;

export interface Watch {
  /** Resolves when it is aborted; rejects when the runtime no longer answers. */
  readonly ended: Promise<void>;
  /** Resolves when all that was committed before the call has been told. */
  caughtUp(): Promise<void>;
}

/**
 * Looks at all accounts until it is aborted: tells each step they have committed since `since` (ISO 8601), and lets the
 * phone beside an account scan the QR that Muster shows, as a person would, unless one is about to do it. Accounts that the
 * newcomer creates included.
 */
export function watchAccounts(parts: WatchParts, since: string, signal: AbortSignal): Watch {
  const waiting: (() => void)[] = [];
  const told = new Map<string, number>();
  /** Told that their phones wait for a click. */
  const shown = new Set<string>();
  const look = async (): Promise<void> => {
    for await (const account of parts.client.accounts.all({ provider: 'whatsapp' })) {
      await tellSteps(account, since, told, parts);
      if (account.status === 'QR_READY') await letScan(account, shown, parts);
      else shown.delete(account.id);
    }
  };
  const lookOn = async (): Promise<void> => {
    while (!signal.aborted) {
      const asked = waiting.splice(0);
      await look().catch(passOver);
      for (const tell of asked) tell();
      await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  };
  return { ended: lookOn(), caughtUp: () => new Promise((resolve) => void waiting.push(resolve)) };
}

/** An account that was deleted between two looks, a database that is away: the next look sees more. */
function passOver(error: unknown): void {
  if (!(error instanceof MusterApiError)) throw error;
}

async function tellSteps(
  account: AccountView,
  since: string,
  told: Map<string, number>,
  { client, narrator }: WatchParts,
): Promise<void> {
  const { items } = await client.accounts.transitions(account.id, { after: told.get(account.id) ?? 0, limit: 500 });
  // Asked after the steps, so that it knows at least what they tell.
  const now = items.length > 0 ? await client.accounts.get(account.id) : account;
  for (const step of items) {
    if (step.at >= since) narrator.tell(account.label, wordsFor(step, now));
    told.set(account.id, step.seq);
  }
}

async function letScan(account: AccountView, waiting: Set<string>, parts: WatchParts): Promise<void> {
  const { narrator, numberOf, scansByItself } = parts;
  if (scansByItself(account)) {
    const { ok } = await scanCode(account, parts);
    if (ok) narrator.tell('phone', `${numberOf(account)} scans ${account.label}’s QR code`);
  } else if (!waiting.has(account.id)) {
    waiting.add(account.id);
    narrator.tell('phone', `${numberOf(account)} sees ${account.label}’s QR code; “Scan” in the panel lets it scan`);
  }
}
