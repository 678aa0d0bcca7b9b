import { SeededDice } from '#test/simulation/seeded-dice';
import { ALL_FAULTS, type FaultName, PLAIN_FAULTS } from './fault-names.js';
import type { SoakProvider } from './options.js';

export interface PlannedFault {
  readonly name: FaultName;
  /** Number of the account that it strikes, if it strikes one. */
  readonly person: number;
}

/**
 * The same faults for the same seed, without end. Accounts have their turns in rounds, each round in an order of its own:
 * by chance alone one would meet six in ten minutes, and another none.
 */
export function* planFaults(seed: number, provider: SoakProvider, accounts: number): Generator<PlannedFault, never> {
  const dice = new SeededDice(seed);
  const weights: Readonly<Partial<Record<FaultName, number>>> = provider === 'whatsapp' ? ALL_FAULTS : PLAIN_FAULTS;
  for (;;)
    for (const person of shuffled(accounts, dice))
      yield { name: dice.pickWeighted(weights as Readonly<Record<FaultName, number>>), person };
}

function shuffled(count: number, dice: SeededDice): readonly number[] {
  const order = Array.from({ length: count }, (_, n) => n);
  for (let n = count - 1; n > 0; n -= 1) {
    const other = dice.between(0, n);
    [order[n], order[other]] = [order[other]!, order[n]!];
  }
  return order;
}
