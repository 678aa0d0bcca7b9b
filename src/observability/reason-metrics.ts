import { Counter, Gauge, type Registry } from 'prom-client';
import type { CommittedState, MusterEvent } from '#libs/contracts/events';
import { isReasonCode, reasonEntry } from '#libs/contracts/reasons';
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
 * Why accounts are down now: those that are not CONNECTED, by status and reason. `who` must act: nobody while an account is
 * on its way back by itself. A person's own `disconnect` is among them, as reason `stopped`.
 */
export function addDownGauge(registry: Registry, states: CommittedStates): void {
  const gauge = new Gauge({
    name: 'muster_accounts_down',
    help: 'accounts that are not CONNECTED and have a reason',
    labelNames: ['status', 'reason', 'who'],
    registers: [registry],
    collect() {
      gauge.reset();
      for (const [, state] of states.entries()) {
        if (state.status === 'CONNECTED' || state.reason === null) continue;
        const { code } = state.reason;
        gauge.inc({ status: state.status, reason: code, who: isAtRest(state) ? reasonEntry(code).who : 'nobody' });
      }
    },
  });
}

const isAtRest = ({ status }: CommittedState): boolean => status === 'DISCONNECTED' || status === 'FAILED';
