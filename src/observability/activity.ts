import type { MusterEvent } from '#libs/contracts/events';
import { MESSAGE_TALLIES, type StatsView } from '#libs/contracts/stats';
import type { StreamMetrics } from './stream-metrics.js';
import { createMeasured, createTally, type Stopwatch, type Tally } from './tally.js';
import type { DeliveryOutcome, ObserveDelivery } from './webhook-metrics.js';

export type ActivityView = Pick<StatsView, 'messages' | 'transitions' | 'restarts' | 'commits' | 'webhooks' | 'stream'>;

/**
 * What this runtime did in the last minute and hour: what Prometheus works out from counters, for those who have none. It is
 * counted where the metrics are; nothing else is done before somebody asks.
 */
export class Activity {
  readonly #messages: ReadonlyMap<string, Tally>;
  readonly #transitions: Tally;
  readonly #restarts: Tally;
  readonly #entries: Tally;
  readonly #commitMs: ReturnType<typeof createMeasured>;
  readonly #deliveries: Readonly<Record<DeliveryOutcome, Tally>>;
  readonly #told: Tally;
  readonly #lagMs: ReturnType<typeof createMeasured>;
  #clients = 0;

  constructor(now: Stopwatch = () => performance.now()) {
    const tally = (): Tally => createTally(now);
    this.#messages = new Map(MESSAGE_TALLIES.map((what) => [what, tally()]));
    [this.#transitions, this.#restarts, this.#entries, this.#told] = [tally(), tally(), tally(), tally()];
    this.#deliveries = { taken: tally(), failed: tally(), gave_up: tally() };
    this.#commitMs = createMeasured(now);
    this.#lagMs = createMeasured(now);
  }

  readonly hear = (event: MusterEvent): void => {
    if (event.event === 'account.changed') {
      this.#transitions.add(event.transitions.length);
      const backOffs = event.transitions.filter(({ to }) => to === 'CONNECTING.backingOff').length;
      if (backOffs > 0) this.#restarts.add(backOffs);
    } else if (event.event === 'message.accepted') this.#messages.get('accepted')!.add();
    else if (event.event === 'message.received') this.#messages.get('received')!.add();
    else if (event.event === 'message.changed') this.#messages.get(event.message.status)?.add();
  };

  commit(entries: number, durationMs: number): void {
    this.#entries.add(entries);
    this.#commitMs.add(durationMs);
  }

  /** The same, heard here, too. */
  besideDeliveries(observe: ObserveDelivery): ObserveDelivery {
    return (outcome, durationMs) => {
      this.#deliveries[outcome].add();
      observe(outcome, durationMs);
    };
  }

  besideStream(metrics: StreamMetrics): StreamMetrics {
    return {
      ...metrics,
      told: (events, lagMs) => {
        this.#told.add(events);
        this.#lagMs.add(Math.max(0, lagMs));
        metrics.told(events, lagMs);
      },
      clients: (count) => {
        this.#clients = count;
        metrics.clients(count);
      },
    };
  }

  read(): ActivityView {
    const { taken, failed, gave_up: gaveUp } = this.#deliveries;
    return {
      messages: Object.fromEntries(
        [...this.#messages].map(([what, tally]) => [what, tally.read()]),
      ) as ActivityView['messages'],
      transitions: this.#transitions.read(),
      restarts: this.#restarts.read(),
      commits: { entries: this.#entries.read(), ms: this.#commitMs.read() },
      webhooks: { taken: taken.read(), failed: failed.read(), gaveUp: gaveUp.read() },
      stream: { clients: this.#clients, told: this.#told.read(), lagMs: this.#lagMs.read() },
    };
  }
}
