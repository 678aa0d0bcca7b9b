import { type ChildSlot, type ChildState, refOf, stateOf } from './child-slot.js';
import { crashesThatCount, type RestartHistory, type RestartPolicy } from './restart-policy.js';
import type { ChildReport, SupervisorReport } from './supervisor.js';

export interface ReportQuestion {
  /** The history that a group shares; null under one_for_one, where each child has its own. */
  readonly group: RestartHistory | null;
  readonly policy: RestartPolicy;
  readonly now: number;
  readonly shakenMax: number;
}

export function reportOf(
  slots: Iterable<ChildSlot>,
  { group, policy, now, shakenMax }: ReportQuestion,
): Pick<SupervisorReport, 'counts' | 'crashes' | 'shaken'> {
  const counts: Record<ChildState, number> = { running: 0, stopping: 0, waiting: 0, down: 0 };
  const shaken: ChildReport[] = [];
  let crashes = group ? crashesThatCount(group, policy, now) : 0;
  for (const slot of slots) {
    const state = stateOf(slot);
    counts[state] += 1;
    const own = group ? crashes : crashesThatCount(slot.history, policy, now);
    crashes = Math.max(crashes, own);
    if (shaken.length >= shakenMax) continue;
    const { startedAt, lastDown } = slot;
    const isShaken = state === 'waiting' || own > 0 || (state === 'down' && lastDown?.verdict.do === 'give_up');
    if (isShaken) shaken.push({ ...refOf(slot), state, restart: slot.spec.restart, startedAt, crashes: own, lastDown });
  }
  return { counts, crashes, shaken };
}
