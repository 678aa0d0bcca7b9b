import { MusterApiError } from '#libs/client/api-error';
import type { MusterClient } from '#libs/client/client';
import type { AccountView } from '#libs/contracts/account';
import { ControlRefusal, type SimulatorControl } from '../control/control-client.js';
import type { DemoRefusal, DemoView, PhoneView } from './demo-words.js';

export interface PhoneParts {
  readonly client: MusterClient;
  readonly control: SimulatorControl;
  /** The number of the phone beside this account. */
  readonly numberOf: (account: AccountView) => string;
}

/** A phone that is no account's: whom accounts write to, and who writes to them. */
export const CUSTOMER = '+491700000099';

export type PhoneOutcome = { readonly ok: true } | { readonly ok: false; readonly why: DemoRefusal };

/** The phone of each WhatsApp account, by the names that the accounts have. */
export async function viewPhones({ client, control, numberOf }: PhoneParts): Promise<readonly PhoneView[]> {
  const asked = new Set((await control.pages()).map(({ pairingNumber }) => pairingNumber));
  const linked = new Set(
    (await control.devices()).filter(({ unlinked }) => unlinked === null).map(({ number }) => number),
  );
  const phones: PhoneView[] = [];
  for await (const account of client.accounts.all({ provider: 'whatsapp' })) {
    const { id, label, status } = account;
    const number = numberOf(account);
    const digits = number.replace('+', '');
    const seesCode = status === 'QR_READY';
    phones.push({
      number,
      account: { id, label },
      linked: linked.has(digits),
      seesCode,
      typesCode: seesCode && asked.has(digits),
    });
  }
  return phones.toSorted((a, b) => a.account.label.localeCompare(b.account.label));
}

export async function viewCustomer({ control }: PhoneParts): Promise<DemoView['customer']> {
  const { inbox } = await control.phone(CUSTOMER);
  const last = inbox.at(-1);
  const heard = last ? { from: `+${last.from}`, text: last.text, at: new Date(last.t * 1_000).toISOString() } : null;
  return { number: CUSTOMER, heard };
}

/** What each new code looks like to the phone that scans it. */
export async function scanCode(account: AccountView, { client, control, numberOf }: PhoneParts): Promise<PhoneOutcome> {
  const qr = await shownQr(account.id, client);
  if (qr === null) return { ok: false, why: 'no_code' };
  try {
    await control.scan({ qr, number: numberOf(account), pushname: account.label });
    return { ok: true };
  } catch (error) {
    // Codes change every 20 s: this one was no longer shown.
    if (error instanceof ControlRefusal) return { ok: false, why: 'no_code' };
    throw error;
  }
}

/** The code that was asked for this number, typed on its phone. */
export async function typeCode(account: AccountView, { control, numberOf }: PhoneParts): Promise<PhoneOutcome> {
  const number = numberOf(account);
  const page = (await control.pages()).find(({ pairingNumber }) => pairingNumber === number.replace('+', ''));
  if (!page?.pairingCode) return { ok: false, why: 'no_code' };
  await control.enterCode({ code: page.pairingCode, number });
  return { ok: true };
}

/** Null when it went off between two looks. */
async function shownQr(accountId: string, { accounts }: MusterClient): Promise<string | null> {
  try {
    return (await accounts.qr(accountId)).qr;
  } catch (error) {
    if (error instanceof MusterApiError && error.problem.code === 'qr_not_ready') return null;
    throw error;
  }
}
