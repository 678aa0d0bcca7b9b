import type { SeededDice } from './seeded-dice.js';
import type { Driver, DriverSession } from '#libs/drivers/driver';
import type { DriverFact, SessionAnswer, SessionOrderName, SessionOrders } from '#libs/contracts/session';

/** Longer than the wait for an acknowledgement, so that a message is looked up while it is on its way. */
const LATE_MS_MAX = 40_000;
const LATE_SHARE = 0.05;
/** The page can't take it now, as after an upload that failed. */
const REFUSED_SHARE = 0.03;
const REFUSAL = { why: 'rejected', detail: 'the page could not take it' } as const;

type SendAsk = SessionOrders['send']['ask'];
type Fate = 'late' | 'refused';
type InTurnAsk = SessionOrders['sendInTurn']['ask'];
type Answer<Name extends SessionOrderName> = SessionAnswer<SessionOrders[Name]['answer']>;

/**
 * The simulated network made harder than it is: the same question gives another id each time, so that nothing can lean on
 * ids being found again by chance; and a profile can be rolled back, so that its session has no word on what was sent
 * before. A message may be on its way for long, while nobody knows of it yet at the other end; or be refused by the page.
 */
export class SendNetwork {
  /** Messages that a rolled-back profile was asked for in vain. */
  readonly silenced = new Set<string>();
  private readonly rolledBack = new Set<string>();
  private readonly handed = new Set<string>();
  private prepared = 0;

  /** Has a message arrive after its session, perhaps, is gone. */
  post: (accountId: string, order: SendAsk, afterMs: number) => void = () => undefined;

  /** With `newIds`, the bug that what is handed over again goes under another id. */
  constructor(
    private readonly dice: SeededDice,
    private readonly newIds = false,
  ) {}

  /** From the account's next session on, until it is made whole. */
  rollBack(accountId: string): void {
    this.rolledBack.add(accountId);
  }

  makeWhole(): void {
    this.rolledBack.clear();
  }

  wrap(driver: Driver): Driver {
    return {
      ...driver,
      open: (opening, report) =>
        this.session(
          opening.accountId,
          driver.open(opening, (fact) => report(asHanded(fact))),
        ),
    };
  }

  private session(accountId: string, session: DriverSession): DriverSession {
    const isRolledBack = this.rolledBack.has(accountId);
    return {
      kill: () => session.kill(),
      ask: async <Name extends SessionOrderName>(
        name: Name,
        ask: SessionOrders[Name]['ask'],
      ): Promise<Answer<Name>> => {
        if (name === 'lookup' && isRolledBack && this.rolledBack.has(accountId)) {
          this.silenced.add((ask as SessionOrders['lookup']['ask']).providerMessageId);
          return { ok: false, why: 'unanswered', detail: 'the profile knows nothing of that time' };
        }
        if (name === 'sendInTurn') return this.inTurn(accountId, session, ask as InTurnAsk);
        const fate = name === 'send' ? this.fateOf(ask as SendAsk) : null;
        if (fate === 'refused') return { ok: false, ...REFUSAL };
        if (fate === 'late') this.sendLate(accountId, ask as SendAsk);
        if (fate === 'late') return { ok: true, value: {} };
        const answer = await session.ask(name, name === 'send' ? this.handOver(ask as SendAsk) : ask);
        return name === 'prepare' ? this.fresh(answer as Answer<'prepare'>) : answer;
      },
    };
  }

  /** Behind one that is late or refused nothing is begun. */
  private async inTurn(
    accountId: string,
    session: DriverSession,
    { messages }: InTurnAsk,
  ): Promise<Answer<'sendInTurn'>> {
    let fate: Fate | null = null;
    const found = messages.findIndex((message) => (fate = this.fateOf(message)) !== null);
    const inTime = messages.slice(0, found < 0 ? messages.length : found).map((message) => this.handOver(message));
    const answer = await session.ask('sendInTurn', { messages: inTime });
    if (found < 0 || !(await this.tookAll(session, inTime, answer))) return answer;
    if (fate === 'refused') return { ok: true, value: { handedOver: found, refusal: REFUSAL } };
    this.sendLate(accountId, messages[found]!);
    return { ok: true, value: { handedOver: found + 1, refusal: null } };
  }

  private sendLate(accountId: string, message: SendAsk): void {
    this.post(accountId, this.handOver(message), this.dice.between(1_000, LATE_MS_MAX));
  }

  private async tookAll(
    session: DriverSession,
    messages: InTurnAsk['messages'],
    answer: Answer<'sendInTurn'>,
  ): Promise<boolean> {
    const last = messages.at(-1);
    if (!answer.ok || answer.value.handedOver < messages.length || !last) return answer.ok && !last;
    const { providerMessageId, to } = last;
    const known = await session.ask('lookup', { providerMessageId, to });
    return known.ok && (known.value.level === 'sent' || known.value.level === 'delivered');
  }

  /** Null: it goes its way. One that was late, or lost, is not late again: the look-up before each further try is believed. */
  private fateOf({ providerMessageId }: SendAsk): Fate | null {
    if (this.handed.has(providerMessageId)) return null;
    if (this.dice.chance(LATE_SHARE)) return 'late';
    return this.dice.chance(REFUSED_SHARE) ? 'refused' : null;
  }

  private handOver(ask: SendAsk): SendAsk {
    const again = this.newIds && this.handed.has(ask.providerMessageId);
    this.handed.add(ask.providerMessageId);
    return again ? { ...ask, providerMessageId: `${ask.providerMessageId}${AGAIN}` } : ask;
  }

  private fresh(answer: Answer<'prepare'>): Answer<'prepare'> {
    if (!answer.ok) return answer;
    const { providerMessageId } = answer.value;
    return { ok: true, value: { providerMessageId: `${providerMessageId}~${(this.prepared += 1)}` } };
  }
}

const AGAIN = '-again';

const asHanded = (fact: DriverFact): DriverFact =>
  fact.type === 'driver.acknowledged'
    ? { ...fact, providerMessageId: fact.providerMessageId.replace(AGAIN, '') }
    : fact;
