import { expect } from 'vitest';
import { type DriverFact, isLastFact, type SessionAnswer, type SessionOpening } from '#libs/contracts/session';
import type { Driver, DriverSession } from './driver.js';

type FactOf<Type extends DriverFact['type']> = Extract<DriverFact, { type: Type }>;

/** A session with all it ever said. `saw` waits for the next fact of a kind that nobody has waited for yet. */
export interface Witness {
  readonly session: DriverSession;
  readonly facts: readonly DriverFact[];
  /**
   * The kinds of facts in their order, but for what is told as often as the provider likes, or a busy machine: how far a
   * login had come, and what a launch waited for.
   */
  steps(): readonly DriverFact['type'][];
  saw<Type extends DriverFact['type']>(type: Type): Promise<FactOf<Type>>;
  /** Waits for the last fact. */
  ended(): Promise<DriverFact>;
}

let incarnations = 0;

export function openSession(
  driver: Driver,
  accountId: string,
  settings: Readonly<Record<string, unknown>>,
  waitMsMax: number,
  login: SessionOpening['login'] = 'none',
): Witness {
  const facts: DriverFact[] = [];
  const told = new Set<() => void>();
  let read = 0;
  incarnations += 1;
  const session = driver.open({ accountId, incarnation: incarnations, epoch: 1, login, settings }, (fact) => {
    facts.push(fact);
    for (const wake of told) wake();
  });
  const until = <T>(what: string, look: () => T | undefined): Promise<T> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        const found = look();
        if (found === undefined) return;
        clearTimeout(timer);
        told.delete(check);
        resolve(found);
      };
      const timer = setTimeout(() => {
        told.delete(check);
        reject(new Error(`no ${what} within ${waitMsMax} ms; heard ${JSON.stringify(facts)}`));
      }, waitMsMax);
      told.add(check);
      check();
    });
  return {
    session,
    facts,
    steps: () => facts.map(({ type }) => type).filter((type) => type !== 'driver.loading' && type !== 'driver.waiting'),
    saw: (type) =>
      until(type, () => {
        const index = facts.findIndex((fact, at) => at >= read && fact.type === type);
        if (index < 0) return undefined;
        read = index + 1;
        return facts[index] as FactOf<typeof type>;
      }),
    ended: () => until('last fact', () => facts.find(isLastFact)),
  };
}

export function valueOf<T>(answer: SessionAnswer<T>): T {
  if (!answer.ok) expect.fail(`refused: ${answer.why} (${answer.detail})`);
  return answer.value;
}
