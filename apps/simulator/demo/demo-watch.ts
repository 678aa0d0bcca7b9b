import { setTimeout as delay } from 'node:timers/promises';
import { MusterApiError } from '#libs/client/api-error';
import type { MusterClient } from '#libs/client/client';
import type { AccountView } from '#libs/contracts/account';
import { ControlRefusal, type SimulatorControl } from '../control/control-client.js';
import { type Narrator, wordsFor } from './demo-narrator.js';

export interface WatchParts {
  readonly client: MusterClient;
  readonly control: SimulatorControl;
  readonly narrator: Narrator;
  /** The number of the phone beside this account. */
  readonly numberOf: (account: AccountView) => string;
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
 * phone beside an account scan the QR that Muster shows, as a person would. Accounts that the newcomer creates included.
 */
export function watchAccounts(parts: WatchParts, since: string, signal: AbortSignal): Watch {
  const waiting: (() => void)[] = [];
  const told = new Map<string, number>();
  const scanned = new Set<string>();
  const look = async (): Promise<void> => {
    for await (const account of parts.client.accounts.all({ provider: 'whatsapp' })) {
      await tellSteps(account, since, told, parts);
      if (account.status === 'QR_READY') await scan(account, scanned, parts);
    }
  };
  const lookOn = async (): Promise<void> => {
    while (!signal.aborted) {
      const asked = waiting.splice(0);
      await look();
      for (const tell of asked) tell();
      await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  };
  return { ended: lookOn(), caughtUp: () => new Promise((resolve) => void waiting.push(resolve)) };
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

async function scan(account: AccountView, scanned: Set<string>, parts: WatchParts): Promise<void> {
  const { client, control, narrator, numberOf } = parts;
  const qr = await shownQr(account.id, client);
  if (qr === null || scanned.has(qr)) return;
  const number = numberOf(account);
  narrator.tell('phone', `${number} scans ${account.label}’s QR code`);
  try {
    await control.scan({ qr, number, pushname: account.label });
    scanned.add(qr);
  } catch (error) {
    // Codes change every 20 s: this one was no longer shown, the next look takes the next one.
    if (!(error instanceof ControlRefusal)) throw error;
  }
}

/** Null when it went off between the two looks. */
async function shownQr(accountId: string, { accounts }: MusterClient): Promise<string | null> {
  try {
    return (await accounts.qr(accountId)).qr;
  } catch (error) {
    if (error instanceof MusterApiError && error.problem.code === 'qr_not_ready') return null;
    throw error;
  }
}
