/**
 * Which messages must not be given to an actor again because they broke it. An actor that comes back and is told the
 * same thing breaks again: without this, one message costs an account its actor. With it, the message is put aside (to
 * the dead letters, by the owner) and the actor goes on.
 *
 * What is counted is the crashes of one key since that key last went through. Crashes by *other* keys in between do not
 * reset the count: two poisonous messages that take turns would never be found. A pass of the same key does: what went
 * through is not poison, and three unlucky moments in a year are not one bad message. Time plays no part: a message that
 * broke its actor an hour ago, and has not gone through since, is as suspect as before.
 *
 * One of these outlives the lives of the actor it guards. It is bounded: beyond `keptMax` the longest-unstruck suspect is
 * forgotten, and so is the longest-unstruck of the quarantined. They are kept apart, so that no flood of new suspects
 * lets a convicted one out. One that is forgotten wrongly costs `crashesMax` crashes more, nothing worse.
 */
export interface Quarantine {
  /** The actor broke on it. `again`: it may be tried once more; `quarantined`: it has had its tries. */
  struck(key: string): 'again' | 'quarantined';
  /** The actor took it and lives. Does not end a quarantine: who is in it should not have been tried. */
  passed(key: string): void;
  /** Asked before each delivery: it must not be given to the actor. */
  isQuarantined(key: string): boolean;
}

export interface QuarantineLimits {
  /** The crash with this number quarantines. At least 1. */
  readonly crashesMax: number;
  /** Suspects remembered, and quarantined ones remembered: so many of each. At least 1. */
  readonly keptMax: number;
}

export function createQuarantine({ crashesMax, keptMax }: QuarantineLimits): Quarantine {
  if (!(crashesMax >= 1 && keptMax >= 1)) throw new Error(`impossible quarantine: ${crashesMax}, ${keptMax}`);
  const suspects = new Map<string, number>();
  const quarantined = new Map<string, number>();

  return {
    struck(key) {
      const crashes = (quarantined.get(key) ?? suspects.get(key) ?? 0) + 1;
      suspects.delete(key);
      const guilty = crashes >= crashesMax;
      keepNewest(guilty ? quarantined : suspects, key, crashes, keptMax);
      return guilty ? 'quarantined' : 'again';
    },
    passed: (key) => void suspects.delete(key),
    isQuarantined: (key) => quarantined.has(key),
  };
}

/** A Map keeps the order of insertion: set anew, a key is the newest. */
function keepNewest(kept: Map<string, number>, key: string, crashes: number, keptMax: number): void {
  kept.delete(key);
  kept.set(key, crashes);
  const [oldest] = kept.keys();
  if (kept.size > keptMax && oldest !== undefined) kept.delete(oldest);
}
