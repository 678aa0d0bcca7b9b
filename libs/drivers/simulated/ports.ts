/** Time, chance and storage come in as arguments, so that the deterministic simulation can drive ten thousand accounts. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  setTimeout(run: () => void, afterMs: number): unknown;
  clearTimeout(timer: unknown): void;
}

export interface Dice {
  /** Evenly from 0 (included) to 1 (excluded). */
  next(): number;
}

/** What the simulated servers and the simulated device remember of one account. */
export interface SimulatedLogin {
  readonly accountId: string;
  readonly phone: string;
  /** The device holds a login: the stand-in of a browser profile. */
  readonly saved: boolean;
  /** The servers accept that login. `saved` without `linked` is an expired login. */
  readonly linked: boolean;
  readonly banned: boolean;
}

/** Keeps the logins over a restart of the process. */
export interface LoginStore {
  load(): Promise<readonly SimulatedLogin[]>;
  /** Replaces all that was stored. Called once at a time. */
  save(logins: readonly SimulatedLogin[]): Promise<void>;
}
