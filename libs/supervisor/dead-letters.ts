/**
 * Messages that reached nobody: refused by a stale reference, left in a closed mailbox, thrown out. They are there to be
 * looked at and counted, never to be delivered later.
 *
 * A message is recorded once, with the first reason, even when two paths report it: messages are told apart as objects,
 * so a message must be an object of its own, not a constant shared by many sends.
 */
export interface DeadLetters<M extends object, R extends string = string> {
  /** False when this message had been recorded before. */
  record(letter: DeadLetter<M, R>): boolean;
  /** The latest `keptMax`, oldest first. */
  kept(): readonly DeadLetter<M, R>[];
  /** All since the start by reason, those no longer kept included. */
  countByReason(): Readonly<Partial<Record<R, number>>>;
}

export interface DeadLetter<M extends object, R extends string = string> {
  readonly to: string;
  readonly message: M;
  /** One of a few codes: each has a counter of its own. */
  readonly reason: R;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export function createDeadLetters<M extends object, R extends string = string>({
  keptMax,
}: {
  readonly keptMax: number;
}): DeadLetters<M, R> {
  const seen = new WeakSet<M>();
  const counts = new Map<R, number>();
  const ring: DeadLetter<M, R>[] = [];
  let oldest = 0;

  return {
    record: (letter) => {
      if (seen.has(letter.message)) return false;
      seen.add(letter.message);
      counts.set(letter.reason, (counts.get(letter.reason) ?? 0) + 1);
      if (ring.length < keptMax) {
        ring.push(letter);
      } else if (keptMax > 0) {
        ring[oldest] = letter;
        oldest = (oldest + 1) % keptMax;
      }
      return true;
    },
    kept: () => [...ring.slice(oldest), ...ring.slice(0, oldest)],
    countByReason: () => Object.fromEntries(counts) as Partial<Record<R, number>>,
  };
}
