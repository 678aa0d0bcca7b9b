import { useEffect, useRef, useState } from 'react';
import { MusterApiError } from '#libs/client/api-error';
import type { PastAccountView } from '#libs/contracts/snapshot';
import { NO_STEP } from '../parts/route.js';
import { useShell } from '../parts/shell.js';

export type Past =
  | { readonly is: 'none' }
  | { readonly is: 'reading'; readonly seq: number }
  | { readonly is: 'there'; readonly seq: number; readonly past: PastAccountView }
  | { readonly is: 'untold'; readonly seq: number; readonly error: unknown }
  /** The account’s history has no such step. */
  | { readonly is: 'no step'; readonly seq: number };

/** What was never changes, so that a step is asked for once. */
const REMEMBERED_MAX = 200;

/** The account as it was after a step; `seq` null: none is looked at. */
export function usePast(id: string, seq: number | null): Past {
  const { muster } = useShell();
  const [past, setPast] = useState<Past>({ is: 'none' });
  const remembered = useRef(new Map<number, PastAccountView>());
  useEffect(() => {
    if (seq === null || seq === NO_STEP) return;
    const known = remembered.current;
    let isWanted = true;
    const read = async (): Promise<Past> => {
      const there = known.get(seq) ?? (await muster.accounts.past(id, seq));
      if (known.size >= REMEMBERED_MAX) known.clear();
      known.set(seq, there);
      return { is: 'there', seq, past: there };
    };
    read()
      .catch((error: unknown): Past => (isUnknown(error) ? { is: 'no step', seq } : { is: 'untold', seq, error }))
      .then(
        (found) => isWanted && setPast(found),
        () => undefined,
      );
    return () => {
      isWanted = false;
    };
  }, [muster, id, seq]);
  if (seq === null) return { is: 'none' };
  if (seq === NO_STEP) return { is: 'no step', seq };
  return past.is !== 'none' && past.seq === seq ? past : { is: 'reading', seq };
}

/** Its number is beyond the last step, or beyond what the API takes for one. */
function isUnknown(error: unknown): boolean {
  return error instanceof MusterApiError && UNKNOWN.has(error.problem.code);
}
const UNKNOWN: ReadonlySet<string> = new Set(['step_not_found', 'invalid_request']);
