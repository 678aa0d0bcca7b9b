import { randomBytes } from 'node:crypto';
import { type Page } from '../session/pages.js';
import { type Settings } from '../settings.js';
import { type Timers } from '../timers.js';

/** The QR codes that a page shows one after the other, until one is scanned or they run out. */
export interface QrRounds {
  /** The first reference of a round. */
  begin(page: Page): string;
  /** The next one; tells the page. */
  rotate(page: Page): void;
  /** The codes are over: UNPAIRED_IDLE until the page asks for more. */
  runOut(page: Page): void;
  end(page: Page): void;
}

export function createQrRounds(settings: Settings, timers: Timers, onShown: (page: Page) => void): QrRounds {
  /** Per page: codes shown in this round, and the timer of the next. */
  const running = new Map<string, { shown: number; stop: () => void }>();

  function show(page: Page, shown: number): string {
    running.get(page.id)?.stop();
    const ref = `2@${randomBytes(32).toString('base64url')}`;
    page.ref = ref;
    const stop = timers.after(settings.qrTtlMs, () =>
      shown >= settings.qrCodesMax ? rounds.runOut(page) : rounds.rotate(page),
    );
    running.set(page.id, { shown, stop });
    onShown(page);
    return ref;
  }

  const rounds: QrRounds = {
    begin: (page) => show(page, 1),
    rotate: (page) => page.tell({ type: 'ref', ref: show(page, (running.get(page.id)?.shown ?? 0) + 1) }),
    runOut(page) {
      rounds.end(page);
      page.tell({ type: 'idle' });
    },
    end(page) {
      running.get(page.id)?.stop();
      running.delete(page.id);
      page.ref = null;
    },
  };
  return rounds;
}
