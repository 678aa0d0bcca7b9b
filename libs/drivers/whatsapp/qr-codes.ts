import type { DriverFact } from '#libs/contracts/session';

/** The first code lives longer than the ones that replace it; both are WhatsApp's own figures. */
const FIRST_QR_LIFETIME_MS = 60_000;
const QR_LIFETIME_MS = 20_000;

/** The codes of one session, numbered; how many there may be is the account's to say. */
export class QrCodes {
  private last = '';
  private attempt = 0;

  /** Null when this code is shown already: the library tells some twice. */
  next(qr: string): Extract<DriverFact, { type: 'driver.qr' }> | null {
    if (qr === this.last) return null;
    this.last = qr;
    this.attempt += 1;
    const lifetimeMs = this.attempt === 1 ? FIRST_QR_LIFETIME_MS : QR_LIFETIME_MS;
    return { type: 'driver.qr', qr, attempt: this.attempt, lifetimeMs };
  }
}
