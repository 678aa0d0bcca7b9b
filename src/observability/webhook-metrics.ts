import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { orNothing } from './scrape-question.js';

/** Of all webhooks. */
export interface DeliveryFigures {
  readonly waiting: number;
  readonly dead: number;
}
/** `failed`: it is tried again. */
export type DeliveryOutcome = 'taken' | 'failed' | 'gave_up';
export type ObserveDelivery = (outcome: DeliveryOutcome, durationMs: number) => void;

/** Not a series for each webhook: there may be a thousand. */
export function addWebhookMetrics(registry: Registry, figures?: () => Promise<DeliveryFigures>): ObserveDelivery {
  const registers = [registry];
  const attempts = new Counter({
    name: 'muster_webhook_attempts_total',
    help: 'events brought to webhooks, by what came of it',
    labelNames: ['outcome'],
    registers,
  });
  const seconds = new Histogram({
    name: 'muster_webhook_attempt_seconds',
    help: 'how long receivers of webhooks took to answer',
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 10],
    registers,
  });
  if (figures) {
    const gauge: Gauge = new Gauge({
      name: 'muster_webhook_deliveries',
      help: 'events that wait for their webhooks, and those that were given up',
      labelNames: ['state'],
      registers,
      async collect() {
        const now = await orNothing(figures());
        gauge.reset();
        if (now === null) return;
        gauge.set({ state: 'waiting' }, now.waiting);
        gauge.set({ state: 'dead' }, now.dead);
      },
    });
  }
  return (outcome, durationMs) => {
    attempts.inc({ outcome });
    seconds.observe(durationMs / 1000);
  };
}
