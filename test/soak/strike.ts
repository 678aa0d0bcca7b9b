/** What a fault did, and what must come of it. */
export interface Blow {
  /** Accounts that must get a new session, for the old one is dead. */
  readonly newSessions: readonly string[];
  /** It passes after so long. */
  readonly relief?: { readonly afterMs: number; give(): Promise<unknown> };
}

export const NO_SESSION_ENDS: Blow = { newSessions: [] };
