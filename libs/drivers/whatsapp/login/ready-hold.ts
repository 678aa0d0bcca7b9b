import { type DriverFact, isLastFact } from '#libs/contracts/session';

/**
 * After a pairing, the browser keeps the new login in memory for up to a second (with DOM_STORAGE_FLUSH; 5 s and more
 * without it): killed in that time, it comes back with a QR code. So the first `ready` after a pairing, and what follows
 * it, is told this much later. Measured: written 1.0 s after the login was accepted, in 60 of 60 tries.
 */
const STORED_AFTER_MS = 1_250;

/** Passes facts on in their order, but `ready` after a pairing only when the login is on the disk. */
export class ReadyHold {
  private paired = false;
  private held: DriverFact[] | null = null;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly report: (fact: DriverFact) => void) {}

  pass(fact: DriverFact): void {
    if (fact.type === 'driver.qr' || fact.type === 'driver.pairing-code') this.paired = true;
    if (fact.type === 'driver.broken' || isLastFact(fact)) return this.end(fact);
    if (this.held) return void this.held.push(fact);
    if (fact.type !== 'driver.ready' || !this.paired) return this.report(fact);
    this.paired = false;
    this.held = [fact];
    this.timer = setTimeout(() => this.flush(), STORED_AFTER_MS);
  }

  private flush(): void {
    const facts = this.held ?? [];
    this.held = null;
    for (const fact of facts) this.report(fact);
  }

  /** It is over before it was told as ready: then it never was. Messages that came are told. */
  private end(fact: DriverFact): void {
    clearTimeout(this.timer);
    this.held = this.held?.filter(({ type }) => type !== 'driver.ready' && type !== 'driver.degraded') ?? null;
    this.flush();
    this.report(fact);
  }
}
