import { Counter, Gauge, type Registry } from 'prom-client';
import type { AccountStatus } from '#libs/contracts/account';
import type { MusterEvent } from '#libs/contracts/events';
import { isReasonCode, type ReasonCode, reasonEntry, whoMustAct } from '#libs/contracts/reasons';
import type { CommittedStates } from './committed-states.js';

/** Why sessions end, each once, as their supervisor saw it. Answers what is to hear the news. */
export function countSessionEnds(registry: Registry): (event: MusterEvent) => void {
  const ends = new Counter({
    name: 'muster_session_ends_total',
    help: 'sessions that have ended',
    labelNames: ['reason', 'class'],
    registers: [registry],
  });
  return (event) => {
    if (event.event !== 'supervisor.noted' || event.what !== 'sessions.exited') return;
    const { reason } = event.data['exit'] as { readonly reason: string };
    if (isReasonCode(reason)) ends.inc({ reason, class: reasonEntry(reason).class });
  };
}

/**
 * Why accounts are down now: those that are not CONNECTED, by status and reason, and who must act. A person's own
 * `disconnect` is among them, as reason `stopped`.
 */
export function addDownGauge(registry: Registry, states: CommittedStates): void {
  const gauge = new Gauge({
    name: 'muster_accounts_down',
    help: 'accounts that are not CONNECTED and have a reason',
    labelNames: ['status', 'reason', 'who'],
    registers: [registry],
    collect() {
      gauge.reset();
      // Counted here first: each word to the gauge costs a microsecond, and there may be ten thousand accounts.
      for (const [code, counts] of countDown(states))
        for (const [status, count] of counts) gauge.set({ status, reason: code, who: whoMustAct(code, status) }, count);
    },
  });
}

function countDown(states: CommittedStates): ReadonlyMap<ReasonCode, ReadonlyMap<AccountStatus, number>> {
  const down = new Map<ReasonCode, Map<AccountStatus, number>>();
  for (const [, { status, reason }] of states.entries()) {
    if (status === 'CONNECTED' || reason === null) continue;
    const counts = down.get(reason.code) ?? new Map<AccountStatus, number>();
    down.set(reason.code, counts.set(status, (counts.get(status) ?? 0) + 1));
  }
  return down;
}
