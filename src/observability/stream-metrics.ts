import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { StreamClose } from '#libs/contracts/stream';

/** What the event log's reader and the stream at /ws tell of themselves. */
export interface StreamMetrics {
  /** Events read from the log for those who follow it, and the age of the oldest of them. */
  told(events: number, lagMs: number): void;
  /** Clients that are connected now. */
  clients(count: number): void;
  frame(): void;
  closed(why: StreamClose | 'by_client'): void;
}

export function addStreamMetrics(registry: Registry): StreamMetrics {
  const registers = [registry];
  const events = new Counter({
    name: 'muster_events_told_total',
    help: 'events read from the log and told',
    registers,
  });
  const lag = new Histogram({
    name: 'muster_event_lag_seconds',
    help: 'from the begin of a change’s transaction until its event is told',
    buckets: [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5, 30],
    registers,
  });
  const clients = new Gauge({ name: 'muster_stream_clients', help: 'clients connected at /ws', registers });
  const frames = new Counter({
    name: 'muster_stream_frames_total',
    help: 'frames handed to clients at /ws',
    registers,
  });
  const closes = new Counter({
    name: 'muster_stream_closes_total',
    help: 'why connections at /ws ended',
    labelNames: ['why'],
    registers,
  });
  return {
    told(count, lagMs) {
      events.inc(count);
      lag.observe(Math.max(0, lagMs) / 1000);
    },
    clients: (count) => clients.set(count),
    frame: () => frames.inc(),
    closed: (why) => closes.inc({ why }),
  };
}
