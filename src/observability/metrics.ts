import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { ACCOUNT_STATUSES } from '#libs/contracts/account';
import type { MusterEvent } from '#libs/contracts/events';
import { isReasonCode } from '#libs/contracts/reasons';
import { Activity } from './activity.js';
import { addBrakeGauges, type BrakeFigures } from './brake-metrics.js';
import type { BrowserFigures } from './browser-figures.js';
import { addBrowserMetrics } from './browser-metrics.js';
import type { CommittedStates } from './committed-states.js';
import { addMediaGauges, type MediaFigures } from './media-metrics.js';
import { addDownGauge, countSessionEnds } from './reason-metrics.js';
import { addStreamMetrics, type StreamMetrics } from './stream-metrics.js';
import { orNothing } from './scrape-question.js';
import { addWebhookMetrics, type DeliveryFigures, type ObserveDelivery } from './webhook-metrics.js';

/** Where news comes from; the event bus is one. */
export interface NewsSource {
  subscribe(listener: (event: MusterEvent) => void): () => void;
}

export interface MetricsSources {
  readonly states: CommittedStates;
  readonly news: NewsSource;
  readonly browsers: BrowserFigures;
  readonly brakes: () => readonly BrakeFigures[];
  /** Messages not yet sent, by account. Asked at each scrape, with a limit; without an answer the gauges are left out. */
  readonly queueLengths?: () => Promise<ReadonlyMap<string, number>>;
  /** The same of the files that are kept. */
  readonly media?: () => Promise<MediaFigures>;
  readonly deliveries?: () => Promise<DeliveryFigures>;
}

/**
 * What Prometheus reads at /metrics.
 *
 * | metric                             | labels                | meaning                                           |
 * |------------------------------------|-----------------------|---------------------------------------------------|
 * | muster_accounts                    | status                | accounts of this node, as committed               |
 * | muster_accounts_down               | status, reason, who   | why accounts are not CONNECTED now; who must act  |
 * | muster_session_ends_total          | reason, class         | why sessions ended                                |
 * | muster_account_transitions_total   | event                 | committed steps of all account machines           |
 * | muster_account_restarts_total      | reason                | automatic restarts (entries to back-off)          |
 * | muster_restart_brake              | provider              | 1 while restarts are held: many fell at once      |
 * | muster_restart_brake_held          | provider              | restarts that are held                            |
 * | muster_supervisor_notes_total      | what                  | what the supervisor did                           |
 * | muster_messages_total              | change                | messages accepted, received, and by later status  |
 * | muster_outbox_messages             | which: all, longest   | messages not yet sent: of all, of one account     |
 * | muster_media_files, _bytes         |                       | files of messages that are kept                   |
 * | muster_commit_entries              |                       | entries committed together                        |
 * | muster_commit_seconds              |                       | how long a group commit took                      |
 * | muster_browser_*                   | account               | memory_bytes (PSS) and cpu_seconds_total of each  |
 * | muster_engine_host_*               | pid                   | the same of each engine host, without its browsers|
 * | muster_browsers, muster_browsers_* |                       | how many, and the sums                            |
 * | muster_http_request_seconds        | method, route, status | answered calls                                    |
 * | muster_events_told_total           |                       | events read from the log and told                 |
 * | muster_event_lag_seconds           |                       | from the begin of a change until it is told       |
 * | muster_stream_clients              |                       | clients connected at /ws                          |
 * | muster_stream_frames_total         |                       | frames handed to them                             |
 * | muster_stream_closes_total         | why                   | why their connections ended                       |
 * | muster_webhook_attempts_total      | outcome               | events brought to webhooks: taken, failed, gave_up|
 * | muster_webhook_attempt_seconds     |                       | how long receivers took to answer                 |
 * | muster_webhook_deliveries          | state: waiting, dead  | of all webhooks                                   |
 * | process_*, nodejs_*                |                       | prom-client's own                                 |
 */
export class Metrics {
  private readonly registry = new Registry();
  private readonly unsubscribe: readonly (() => void)[];
  private readonly commitEntries: Histogram;
  private readonly commitSeconds: Histogram;
  private readonly httpSeconds: Histogram<'method' | 'route' | 'status'>;
  /** The same things of late, for GET /api/v1/stats. */
  readonly activity = new Activity();
  /** Of the event log's reader and the stream. */
  readonly stream: StreamMetrics;
  readonly observeDelivery: ObserveDelivery;

  constructor(sources: MetricsSources) {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    addAccountsGauge(this.registry, sources.states);
    addDownGauge(this.registry, sources.states);
    addBrowserMetrics(this.registry, sources.browsers);
    addBrakeGauges(this.registry, sources.brakes);
    if (sources.media) addMediaGauges(this.registry, sources.media);
    if (sources.queueLengths) addOutboxGauge(this.registry, sources.queueLengths);
    this.commitEntries = new Histogram({
      name: 'muster_commit_entries',
      help: 'entries committed together',
      buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500],
      registers,
    });
    this.commitSeconds = new Histogram({
      name: 'muster_commit_seconds',
      help: 'how long a group commit took',
      buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5],
      registers,
    });
    this.httpSeconds = new Histogram({
      name: 'muster_http_request_seconds',
      help: 'answered calls',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
      registers,
    });
    this.stream = this.activity.besideStream(addStreamMetrics(this.registry));
    this.observeDelivery = this.activity.besideDeliveries(addWebhookMetrics(this.registry, sources.deliveries));
    const listeners = [createCounting(this.registry), countSessionEnds(this.registry), this.activity.hear];
    this.unsubscribe = listeners.map((listener) => sources.news.subscribe(listener));
  }

  observeCommit(entries: number, durationMs: number): void {
    this.commitEntries.observe(entries);
    this.commitSeconds.observe(durationMs / 1000);
    this.activity.commit(entries, durationMs);
  }

  /** `route` is the pattern, never the address: ids would make a series each. */
  observeCall(method: string, route: string, status: number, durationMs: number): void {
    this.httpSeconds.observe({ method, route, status: String(status) }, durationMs / 1000);
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  print(): Promise<string> {
    return this.registry.metrics();
  }

  close(): void {
    for (const unsubscribe of this.unsubscribe) unsubscribe();
    this.registry.clear();
  }
}

function addAccountsGauge(registry: Registry, states: CommittedStates): void {
  const gauge = new Gauge({
    name: 'muster_accounts',
    help: 'accounts of this node, as committed',
    labelNames: ['status'],
    registers: [registry],
    collect() {
      const counts = Object.fromEntries(ACCOUNT_STATUSES.map((status) => [status, 0]));
      for (const [, { status }] of states.entries()) counts[status] = (counts[status] ?? 0) + 1;
      for (const [status, count] of Object.entries(counts)) gauge.set({ status }, count);
    },
  });
}

/** Not a series for each account: there may be ten thousand. The longest outbox tells of one that is stuck. */
function addOutboxGauge(registry: Registry, queueLengths: () => Promise<ReadonlyMap<string, number>>): void {
  const gauge = new Gauge({
    name: 'muster_outbox_messages',
    help: 'messages not yet sent',
    labelNames: ['which'],
    registers: [registry],
    async collect() {
      gauge.reset();
      const lengths = await orNothing(queueLengths());
      if (lengths === null) return;
      let all = 0;
      let longest = 0;
      for (const length of lengths.values()) {
        all += length;
        longest = Math.max(longest, length);
      }
      gauge.set({ which: 'all' }, all);
      gauge.set({ which: 'longest' }, longest);
    },
  });
}

function createCounting(registry: Registry): (event: MusterEvent) => void {
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, label: L) =>
    new Counter({ name, help, labelNames: [label], registers });
  const transitions = counter('muster_account_transitions_total', 'committed steps of all account machines', 'event');
  const restarts = counter('muster_account_restarts_total', 'automatic restarts', 'reason');
  const notes = counter('muster_supervisor_notes_total', 'what the supervisor did', 'what');
  const messages = counter('muster_messages_total', 'messages accepted, received, and by later status', 'change');
  return (event) => {
    if (event.event === 'account.changed') {
      for (const step of event.transitions) {
        transitions.inc({ event: step.event });
        if (step.to === 'CONNECTING.backingOff') restarts.inc({ reason: reasonLabel(step.cause) });
      }
    } else if (event.event === 'supervisor.noted') {
      notes.inc({ what: event.what });
    } else if (event.event === 'message.accepted' || event.event === 'message.received') {
      messages.inc({ change: event.event.slice('message.'.length) });
    } else if (event.event === 'message.changed') {
      messages.inc({ change: event.message.status });
    }
  };
}

/** A label's values must be few: anything but a known code is one of them. */
function reasonLabel(cause: string | null): string {
  return cause !== null && isReasonCode(cause) ? cause : 'other';
}
