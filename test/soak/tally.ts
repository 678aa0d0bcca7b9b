export type Direction = 'in' | 'out';

/** A message as those who watch it know it: its text is said once in a run. */
export interface Expected {
  readonly direction: Direction;
  readonly accountId: string;
  readonly text: string;
}

/** Who says how often there was a message. */
export const WITNESSES = ['store', 'provider', 'stream', 'webhook'] as const;
export type Witness = (typeof WITNESSES)[number];

/** What must have happened to messages, and how often each witness saw it. */
export class Tally {
  private readonly expected = new Map<string, Expected>();
  private readonly seen = new Map<Witness, Map<string, number>>(WITNESSES.map((witness) => [witness, new Map()]));

  expect(direction: Direction, accountId: string, text: string): void {
    this.expected.set(keyOf({ direction, accountId, text }), { direction, accountId, text });
  }

  saw(witness: Witness, message: Expected): void {
    const counts = this.seen.get(witness)!;
    const key = keyOf(message);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }

  count(direction: Direction): number {
    return [...this.expected.values()].filter((message) => message.direction === direction).length;
  }

  /** `of`: what this witness can have seen. A message that nobody expected is a doubled one under another name. */
  lostAndDoubled(witness: Witness, of: readonly Direction[] = ['in', 'out']): readonly string[] {
    const counts = this.seen.get(witness)!;
    const faults: string[] = [];
    for (const [key, message] of this.expected) {
      if (!of.includes(message.direction)) continue;
      const times = counts.get(key) ?? 0;
      if (times !== 1) faults.push(`${witness}: ${nameOf(message)} ${times === 0 ? 'is lost' : `came ${times} times`}`);
    }
    for (const key of counts.keys()) if (!this.expected.has(key)) faults.push(`${witness}: nobody knows of "${key}"`);
    return faults;
  }
}

const keyOf = ({ direction, accountId, text }: Expected): string => `${direction} ${accountId} ${text}`;
const nameOf = ({ direction, accountId, text }: Expected): string => `"${text}" (${direction}, account ${accountId})`;
