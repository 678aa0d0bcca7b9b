import { randomInt } from 'node:crypto';
import { type Device, type Devices } from './devices.js';
import { type Faults } from '../faults/faults.js';
import { type Journal } from '../journal.js';
import { qrOf, whoIs, type Page, type Pages } from '../session/pages.js';
import { type Phones } from '../phones/phones.js';
import { unlessForced } from '../faults/forced-state.js';
import { type PostOffice } from '../messages/post-office.js';
import { createQrRounds } from './qr-round.js';
import { type Settings } from '../settings.js';
import { type Timers } from '../timers.js';
import { type SyncPlan } from '../session/wire.js';

export type PairingVerdict =
  | { readonly ok: true; readonly page: string }
  | { readonly ok: false; readonly why: 'qr_not_shown' | 'code_unknown' | 'code_for_another_number' };

/** How a page without a login gets one: by a QR that a phone scans, or by a code that is typed on it. */
export interface Pairing {
  /** Shows the first QR. */
  begin(page: Page): void;
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
  readonly post: PostOffice;
}

export function createPairing(parts: PairingParts): Pairing {
  const { pages, phones, settings, timers } = parts;
  const numbersPairing = new Set<string>();
  const link = (page: Page, number: string, pushname = phones.get(number).pushname): PairingVerdict => {
    pairing.end(page);
    page.visitor = { number };
    page.tell({ type: 'pairing' });
    if (parts.faults.strike('pairing_stalls', page.visitor) !== undefined) return { ok: true, page: page.id };
    numbersPairing.add(number);
    timers.after(settings.pairMs + parts.faults.slowBy('pair', { number }), () => {
      numbersPairing.delete(number);
      if (!pages.isOpen(page)) return;
      unlessForced(page, parts.faults, () => finish(page, parts.devices.link(number, pushname), parts));
    });
    return { ok: true, page: page.id };
  };
  /** A phone scans by itself as long as nothing is linked to it, so each page finds another one. */
  const letPhoneScan = (page: Page): void => {
    const { ref } = page;
    timers.after(settings.autoScanMs, () => {
      if (ref === null || page.ref !== ref) return;
      const idle = (number: string): boolean =>
        parts.devices.ofNumber(number).length === 0 && !numbersPairing.has(number);
      const phone = phones.list().find((one) => one.scansNewQr && idle(one.number));
      if (phone !== undefined) link(page, phone.number);
    });
  };
  const rounds = createQrRounds(settings, timers, letPhoneScan);
  const pairing: Pairing = {
    begin: (page) => page.tell({ type: 'unpaired', ref: rounds.begin(page) }),
    rotate: (page) => rounds.rotate(page),
    runOut: (page) => rounds.runOut(page),
    end(page) {
      rounds.end(page);
      page.code = null;
    },
    giveCode(page, phone) {
      page.code = { code: newCode(), phone: phone.replace(/\D/g, '') };
      return page.code.code;
    },
    scan(qr, number, pushname) {
      const page = pages.all().find((one) => qrOf(one) === qr);
      return page === undefined ? { ok: false, why: 'qr_not_shown' } : link(page, number, pushname);
    },
    enterCode(code, number) {
      const typed = code.replace('-', '').toUpperCase();
      const page = pages.all().find((one) => one.code?.code === typed);
      if (page === undefined) return { ok: false, why: 'code_unknown' };
      return page.code?.phone === number ? link(page, number) : { ok: false, why: 'code_for_another_number' };
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
  page.tell({
    type: 'paired',
    me,
    token: device.token,
    sync: syncPlan(device, parts),
    estate: parts.post.estateOf(device),
  });
  page.tell({ type: 'flushed' });
  page.tell({ type: 'ask-first', on: parts.faults.isSet('bad_chat', whoIs(page)) });
}

/** Eight characters without the ones that look alike, as WhatsApp's own. */
function newCode(): string {
  const letters = '123456789ABCDEFGHJKLMNPQRSTVWXYZ';
  return Array.from({ length: 8 }, () => letters[randomInt(letters.length)]).join('');
}
