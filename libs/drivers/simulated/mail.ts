import type { DriverFact } from '#libs/contracts/session';
import type { SimulatedFaults } from './faults.js';
import type { LiveSession } from './live-session.js';

/** Facts kept for an account that is offline; the oldest are lost first, as a real provider's receipts are. */
export const OFFLINE_FACTS_MAX = 1_000;

/** Brings facts to the sessions of their accounts, and keeps them for those that are away. */
export class Mail {
  private readonly waiting = new Map<string, DriverFact[]>();

  constructor(
    private readonly sessions: ReadonlyMap<string, LiveSession>,
    private readonly faultsOf: (accountId: string) => SimulatedFaults,
  ) {}

  deliver(accountId: string, fact: DriverFact): void {
    const session = this.sessions.get(accountId);
    if (session?.isReady()) return session.say(fact);
    if (this.faultsOf(accountId).keepsNewsBack && fact.type !== 'driver.acknowledged') return;
    const facts = this.waiting.get(accountId) ?? [];
    facts.push(fact);
    if (facts.length > OFFLINE_FACTS_MAX) facts.shift();
    this.waiting.set(accountId, facts);
  }

  /** A session has become ready: what came in while it was away is told now. */
  handOver(accountId: string): void {
    const facts = this.waiting.get(accountId) ?? [];
    this.waiting.delete(accountId);
    for (const fact of facts) this.deliver(accountId, fact);
  }
}
