import type { AccountEvent } from '#libs/account/account.events';
import { type AccountSnapshot, stateOf } from '#libs/account/account.snapshot';
import type { InspectionData, InspectionEvent, InspectionName } from '#libs/contracts/inspection';
import { redact } from '#src/observability/redaction';
import type { IssuedOrder } from './account-logic.js';
import type { AccountMail } from './account-mail.js';

export type InspectionListener = (event: InspectionEvent) => void;

/** One event that went through the machine, as the loop has it. */
export interface InspectedStep {
  readonly event: AccountEvent;
  readonly before: AccountSnapshot;
  readonly after: AccountSnapshot;
  readonly changed: boolean;
  readonly orders: readonly IssuedOrder[];
  readonly seq: number | null;
}

/**
 * Who watches the machines of which accounts. While nobody does, an account asks one map, and nothing is made, copied or
 * put into words; so ten thousand accounts cost nothing because one is looked at.
 */
export class Inspections {
  /** Events that were made for somebody since the start. */
  made = 0;
  private readonly watched = new Map<string, Set<InspectionListener>>();

  constructor(private readonly now: () => number) {}

  /** Answers the function that ends it. */
  watch(accountId: string, listener: InspectionListener): () => void {
    const listeners = this.watched.get(accountId) ?? new Set();
    const own: InspectionListener = (event) => listener(event); // the same function may be given twice
    listeners.add(own);
    this.watched.set(accountId, listeners);
    return () => {
      listeners.delete(own);
      if (listeners.size === 0 && this.watched.get(accountId) === listeners) this.watched.delete(accountId);
    };
  }

  /** Null: nobody watches this account, and nothing need be made. */
  of(accountId: string): Inspection | null {
    const listeners = this.watched.size === 0 ? undefined : this.watched.get(accountId);
    return listeners ? new Inspection(accountId, listeners, this) : null;
  }

  /** For one listener alone, who may have been there for long or begins now. */
  to(accountId: string, listener: InspectionListener): Inspection {
    return new Inspection(accountId, [listener], this);
  }

  event<Name extends InspectionName>(event: Name, accountId: string, data: InspectionData<Name>): InspectionEvent {
    this.made += 1;
    return { event, accountId, at: timeOf(this.now()), data } as InspectionEvent;
  }
}

/** Tells those who watch one account. */
export class Inspection {
  constructor(
    private readonly accountId: string,
    private readonly listeners: Iterable<InspectionListener>,
    private readonly inspections: Inspections,
  ) {}

  stands(snapshot: AccountSnapshot, waiting: number): void {
    this.tell('inspection.standing', { state: stateOf(snapshot), context: contextOf(snapshot), waiting });
  }

  mail(mail: AccountMail, waiting: number): void {
    this.tell('inspection.mail', { ...nameOf(mail), waiting });
  }

  stepped({ event, before, after, changed, orders, seq }: InspectedStep, commitMs: number, waiting: number): void {
    this.tell('inspection.step', {
      // As the log would have it, should an event ever carry what is nobody's business.
      event: { ...(redact(event) as AccountEvent), at: timeOf(event.at) },
      from: stateOf(before),
      to: stateOf(after),
      changed,
      orders: orders.map(({ name }) => name),
      seq,
      incarnation: after.context.incarnation,
      context: contextOf(after),
      commitMs,
      waiting,
    });
  }

  buried(mail: AccountMail, why: string, waiting: number): void {
    this.tell('inspection.buried', { ...nameOf(mail), why, waiting });
  }

  private tell<Name extends InspectionName>(name: Name, data: InspectionData<Name>): void {
    const event = this.inspections.event(name, this.accountId, data);
    for (const listener of [...this.listeners]) listener(event);
  }
}

/** Its name and nothing that it carries: a fact of a QR code carries the code. */
function nameOf(mail: AccountMail): { readonly kind: string; readonly name: string } {
  const { kind } = mail;
  switch (mail.kind) {
    case 'command':
      return { kind, name: mail.type };
    case 'fact':
      return { kind, name: mail.fact.type };
    case 'deadline':
      return { kind, name: `deadline.${mail.name}` };
    case 'down':
      return { kind, name: 'session.down' };
    default:
      return { kind, name: kind };
  }
}

/** Plain JSON that is never changed once it was made. */
const contextOf = ({ context }: AccountSnapshot): InspectionData<'inspection.standing'>['context'] =>
  context as unknown as InspectionData<'inspection.standing'>['context'];

const timeOf = (ms: number): string => new Date(ms).toISOString();
