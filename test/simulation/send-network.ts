import type { SeededDice } from './seeded-dice.js';
import type { Driver, DriverSession } from '#libs/drivers/driver';
import type { DriverFact, SessionAnswer, SessionOrderName, SessionOrders } from '#libs/contracts/session';

/** Longer than the wait for an acknowledgement, so that a message is looked up while it is on its way. */
const LATE_MS_MAX = 40_000;
const LATE_SHARE = 0.05;

type SendAsk = SessionOrders['send']['ask'];
type Answer<Name extends SessionOrderName> = SessionAnswer<SessionOrders[Name]['answer']>;

/**
 * The simulated network made harder than it is: the same question gives another id each time, so that nothing can lean on
 * ids being found again by chance; and a profile can be rolled back, so that its session has no word on what was sent
 * before. And a message may be on its way for long, while nobody knows of it yet at the other end.
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
        if (name === 'send' && this.isFirst(ask as SendAsk) && this.dice.chance(LATE_SHARE)) {
          this.post(accountId, this.handOver(ask as SendAsk), this.dice.between(1_000, LATE_MS_MAX));
          return { ok: true, value: {} };
        }
        const answer = await session.ask(name, name === 'send' ? this.handOver(ask as SendAsk) : ask);
        return name === 'prepare' ? this.fresh(answer as Answer<'prepare'>) : answer;
      },
    };
  }

  /** One that was late, or lost, is not late again: the look-up before each further try is believed. */
  private isFirst({ providerMessageId }: SendAsk): boolean {
    return !this.handed.has(providerMessageId);
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
