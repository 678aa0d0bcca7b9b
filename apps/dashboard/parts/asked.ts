import { useState } from 'react';
import { MusterApiError } from '#libs/client/api-error';
import type { UnderLease } from '#libs/client/under-lease';
import { useShell } from './shell.js';

export interface Asked {
  readonly busy: boolean;
  /** Runs what a person asked for: not twice at a time, and a failure is told to them. */
  readonly ask: (act: () => Promise<unknown>) => void;
  /** The same, of an account that a service may have leased: then the person is asked whether to do it all the same. */
  readonly command: (act: (under: UnderLease) => Promise<unknown>) => void;
}

/** For the ledger: a person, who was told of the lease. */
const BY_PERSON: UnderLease = { override: 'dashboard' };

export function useAsked(): Asked {
  const { fail, askOverLease } = useShell();
  const [busy, setBusy] = useState(false);
  const ask: Asked['ask'] = (act) => {
    if (busy) return;
    setBusy(true);
    fail(null);
    act()
      .catch(fail)
      .finally(() => setBusy(false));
  };
  const command: Asked['command'] = (act) =>
    ask(() =>
      act({}).catch((error: unknown) => {
        if (!isLeased(error)) throw error;
        askOverLease(() => ask(() => act(BY_PERSON)));
      }),
    );
  return { busy, ask, command };
}

const isLeased = (error: unknown): boolean => error instanceof MusterApiError && error.problem.code === 'leased';
