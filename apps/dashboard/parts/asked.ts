import { useState } from 'react';
import { useShell } from './shell.js';

/** Runs what a person asked for: not twice at a time, and a failure is told to them. */
export function useAsked(): { readonly busy: boolean; readonly ask: (act: () => Promise<unknown>) => void } {
  const { fail } = useShell();
  const [busy, setBusy] = useState(false);
  const ask = (act: () => Promise<unknown>): void => {
    if (busy) return;
    setBusy(true);
    fail(null);
    act()
      .catch(fail)
      .finally(() => setBusy(false));
  };
  return { busy, ask };
}
