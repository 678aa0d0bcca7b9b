import { randomBytes, randomInt } from 'node:crypto';
import { type Device, type Devices } from './devices.js';
import { type Faults } from './faults.js';
import { type Journal } from './journal.js';
import { qrOf, type Page, type Pages } from './pages.js';
import { type Phones } from './phones.js';
import { type Settings } from './settings.js';
import { type Timers } from './timers.js';
import { type SyncPlan } from './wire.js';

export type PairingVerdict =
  | { readonly ok: true; readonly page: string }
  | { readonly ok: false; readonly why: 'qr_not_shown' | 'code_unknown' | 'code_for_another_number' };

/** How a page without a login gets one: QR codes that rotate and run out, or a code that is typed on the phone. */
export interface Pairing {
  /** Shows the first QR of a round. */
  begin(page: Page, refused: 'expired' | 'revoked' | null): void;
  /** The next QR now. */
  rotate(page: Page): void;
  /** The codes are over, as after qrCodesMax of them. */
  runOut(page: Page): void;
  end(page: Page): void;
  giveCode(page: Page, phone: string): string;
  scan(qr: string, number: string, pushname?: string): PairingVerdict;
  enterCode(code: string, number: string): PairingVerdict;
  /** Lets phones that scan by themselves look around again. */
  lookAround(): void;
}

export interface PairingParts {
  readonly settings: Settings;
  readonly timers: Timers;
  readonly journal: Journal;
  readonly devices: Devices;
  readonly pages: Pages;
  readonly phones: Phones;
  readonly faults: Faults;
}

export function createPairing(parts: PairingParts): Pairing {
  const { settings, timers, pages, phones, devices } = parts;
  /** Per page: codes shown in this round, and the timer of the next. */
  const rounds = new Map<string, { shown: number; stop: () => void }>();
  const numbersPairing = new Set<string>();

  function show(page: Page, shown: number): string {
    rounds.get(page.id)?.stop();
    page.ref = `2@${randomBytes(32).toString('base64url')}`;
    const stop = timers.after(settings.qrTtlMs, () =>
      shown >= settings.qrCodesMax ? pairing.runOut(page) : pairing.rotate(page),
    );
    rounds.set(page.id, { shown, stop });
    letPhoneScan(page);
    return page.ref;
  }

  function letPhoneScan(page: Page): void {
    const { ref } = page;
    timers.after(settings.autoScanMs, () => {
      if (ref === null || page.ref !== ref) return;
      const idle = (number: string): boolean => devices.ofNumber(number).length === 0 && !numbersPairing.has(number);
      const phone = phones.list().find((one) => one.scansNewQr && idle(one.number));
      if (phone !== undefined) link(page, phone.number);
    });
  }

  function link(page: Page, number: string, pushname?: string): void {
    pairing.end(page);
    numbersPairing.add(number);
    page.tell({ type: 'pairing' });
    timers.after(settings.pairMs + parts.faults.slowBy('pair', { number }), () => {
      numbersPairing.delete(number);
      if (pages.isOpen(page)) finish(page, devices.link(number, pushname ?? phones.get(number).pushname), parts);
    });
  }

  const pairing: Pairing = {
    begin: (page, refused) => page.tell({ type: 'unpaired', ref: show(page, 1), refused }),
    rotate: (page) => page.tell({ type: 'ref', ref: show(page, (rounds.get(page.id)?.shown ?? 0) + 1) }),
    runOut(page) {
      pairing.end(page);
      page.tell({ type: 'idle' });
    },
    end(page) {
      rounds.get(page.id)?.stop();
      rounds.delete(page.id);
      page.ref = null;
      page.code = null;
    },
    giveCode(page, phone) {
      page.code = { code: newCode(), phone: phone.replace(/\D/g, '') };
      return page.code.code;
    },
    scan(qr, number, pushname) {
      const page = pages.all().find((one) => qrOf(one) === qr);
      if (page === undefined) return { ok: false, why: 'qr_not_shown' };
      link(page, number, pushname);
      return { ok: true, page: page.id };
    },
    enterCode(code, number) {
      const typed = code.replace('-', '').toUpperCase();
      const page = pages.all().find((one) => one.code?.code === typed);
      if (page === undefined) return { ok: false, why: 'code_unknown' };
      if (page.code?.phone !== number) return { ok: false, why: 'code_for_another_number' };
      link(page, number);
      return { ok: true, page: page.id };
    },
    lookAround() {
      for (const page of pages.all()) if (page.ref !== null) letPhoneScan(page);
    },
  };
  return pairing;
}

export function syncPlan(device: Device, { settings, faults }: Pick<PairingParts, 'settings' | 'faults'>): SyncPlan {
  const who = { device: device.id, number: device.number };
  return {
    delayMs: settings.syncMs + faults.slowBy('sync', who),
    hasSynced: faults.strike('has_synced', who)?.when ?? 'once',
  };
}

function finish(page: Page, device: Device, parts: PairingParts): void {
  page.device = device;
  parts.journal.write({ kind: 'device.linked', page: page.id, device: device.id, number: device.number });
  const me = { device: device.id, number: device.number, pushname: device.pushname };
  page.tell({ type: 'paired', me, token: device.token, sync: syncPlan(device, parts) });
}

/** Eight characters without the ones that look alike, as WhatsApp's own. */
function newCode(): string {
  const letters = '123456789ABCDEFGHJKLMNPQRSTVWXYZ';
  return Array.from({ length: 8 }, () => letters[randomInt(letters.length)]).join('');
}
