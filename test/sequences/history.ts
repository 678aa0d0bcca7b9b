import type { TransitionView } from '#libs/contracts/transition';

/** What can't be, in any history of an account: read from its first step on. */
export function faultsOfHistory(steps: readonly TransitionView[]): readonly string[] {
  return steps.flatMap((step, i) => faultsOfStep(step, steps[i - 1]));
}

function faultsOfStep(step: TransitionView, before: TransitionView | undefined): readonly string[] {
  const { seq, from, incarnation, at } = step;
  const expected = (before?.seq ?? 0) + 1;
  const faults: string[] = [];
  if (seq !== expected) faults.push(`its history has step ${seq} where ${expected} must be`);
  if (before === undefined) return faults;
  if (from !== before.to) faults.push(`step ${seq} leaves ${from}, but step ${before.seq} led to ${before.to}`);
  if (incarnation < before.incarnation)
    faults.push(`step ${seq} is of session ${incarnation} after ${before.incarnation}`);
  if (incarnation > before.incarnation + 1)
    faults.push(`step ${seq} skips to session ${incarnation} from ${before.incarnation}`);
  if (Date.parse(at) < Date.parse(before.at)) faults.push(`step ${seq} is older than the one before it`);
  return faults;
}
