import { createContext, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import type { MusterClient } from '#libs/client/client';
import type { Fleet, FleetStore } from '../fleet/fleet-store.js';
import type { Language } from '../words/language.js';
import { CATALOGUE } from '../words/language.js';
import type { Words } from '../words/en.js';

/** What every part of the page may ask for. */
export interface Shell {
  readonly muster: MusterClient;
  /** How far Muster’s clock is ahead of this browser’s. */
  readonly aheadMs: () => number;
  readonly fleet: FleetStore;
  /** Something a person asked for did not work; null: that is over. */
  readonly fail: (error: unknown) => void;
  /** The account is leased to a service: asks the person whether to do it all the same. */
  readonly askOverLease: (again: () => void) => void;
  /** What did not work last, until it is dismissed. */
  readonly trouble: unknown;
}

export const ShellContext = createContext<Shell | null>(null);
export const LanguageContext = createContext<Language>('en');

export function useShell(): Shell {
  const shell = useContext(ShellContext);
  if (!shell) throw new Error('used outside the shell');
  return shell;
}

export function useWords(): { readonly words: Words; readonly language: Language } {
  const language = useContext(LanguageContext);
  return { words: CATALOGUE[language], language };
}

export function useFleet(): Fleet {
  const { fleet } = useShell();
  return useSyncExternalStore(fleet.subscribe, fleet.current);
}

/** Milliseconds since 1970 by the clock of this browser, renewed so often. */
export function useNow(everyMs = 1_000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

/** The same by the clock of Muster: what it tells the time of is counted from here. */
export function useServerNow(everyMs?: number): number {
  const { aheadMs } = useShell();
  return useNow(everyMs) + aheadMs();
}
