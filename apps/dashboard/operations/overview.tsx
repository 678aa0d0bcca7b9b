import { useCallback } from 'react';
import { Loading } from '../parts/loading.js';
import { useShell } from '../parts/shell.js';
import { Counts } from './counts.js';
import { NoAnswer } from '../parts/no-answer.js';
import { usePolled } from '../parts/polled.js';
import { Queues } from './queues.js';
import { ReadinessCard } from './readiness.js';
import { RuntimeFacts } from './runtime-facts.js';
import { type Sample, SAMPLE_EVERY_MS } from './samples.js';
import { Throughput } from './throughput.js';

export interface OverviewProps {
  readonly samples: readonly Sample[];
  /** Why the last question had no answer; null: it had one. */
  readonly statsError: unknown;
}

export function Overview({ samples, statsError }: OverviewProps) {
  const { muster } = useShell();
  const ask = useCallback(() => muster.health.ready(), [muster]);
  const ready = usePolled(ask, SAMPLE_EVERY_MS);
  const stats = samples.at(-1)?.stats;
  return (
    <>
      <NoAnswer error={statsError ?? ready.error} />
      <ReadinessCard check={ready.value} error={ready.error} />
      {!stats && <Loading lines={4} />}
      {stats && (
        <>
          <Throughput samples={samples} />
          <div className="sheet-columns">
            <Counts stats={stats} />
            <div className="ops-stack">
              <Queues queues={stats.stored?.queues ?? null} />
              <RuntimeFacts stats={stats} />
            </div>
          </div>
        </>
      )}
    </>
  );
}
