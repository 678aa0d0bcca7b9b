import type { Rate, StatsView } from '#libs/contracts/stats';
import { useWords } from '../parts/shell.js';
import { formatDuration } from '../parts/time.js';
import { Chart } from './chart.js';
import { formatMb, formatMs, formatNumber, formatSmall } from '../parts/figures.js';
import { ratePoints, type Sample, SAMPLES_KEPT_MS, valuePoints } from './samples.js';

/** As much as this page has seen: Muster keeps no curves, and none are made up. */
export function Throughput({ samples }: { readonly samples: readonly Sample[] }) {
  const { words, language } = useWords();
  const told = words.operations.charts;
  return (
    <section aria-labelledby="ops-charts-title" className="ops-section">
      <div className="ops-section-head">
        <h2 id="ops-charts-title">{told.title}</h2>
        <p className="secondary">{told.since(formatDuration(SAMPLES_KEPT_MS, language))}</p>
      </div>
      <div className="ops-charts">
        <RateChart name="sent" samples={samples} of={({ messages }) => messages.sent} />
        <RateChart name="received" samples={samples} of={({ messages }) => messages.received} />
        <RateChart name="transitions" samples={samples} of={({ transitions }) => transitions} />
        <RateChart name="webhooks" samples={samples} of={({ webhooks }) => webhooks.taken} />
        <MeasuredChart name="commit" samples={samples} of={({ commits }) => commits.ms} />
        <MeasuredChart name="lag" samples={samples} of={({ stream }) => stream.lagMs} />
        <LoopChart samples={samples} />
        <MemoryChart samples={samples} />
      </div>
    </section>
  );
}

interface OfStats<T> {
  readonly samples: readonly Sample[];
  readonly of: (stats: StatsView) => T;
}

function RateChart({
  name,
  samples,
  of,
}: OfStats<Rate> & { readonly name: 'sent' | 'received' | 'transitions' | 'webhooks' }) {
  const { words, language } = useWords();
  const { names, perSecond, rateOf } = words.operations.charts;
  const now = samples.at(-1);
  const { lastMinute = 0, lastHour = 0 } = now ? of(now.stats) : {};
  return (
    <Chart
      name={names[name]}
      points={ratePoints(samples, (stats) => of(stats).total)}
      format={(value) => perSecond(formatSmall(value, language))}
      foot={rateOf(formatNumber(lastMinute, language), formatNumber(lastHour, language))}
    />
  );
}

function MeasuredChart({
  name,
  samples,
  of,
}: OfStats<StatsView['commits']['ms']> & { readonly name: 'commit' | 'lag' }) {
  const { words, language } = useWords();
  const { names, most, nothing } = words.operations.charts;
  const now = samples.at(-1);
  const measured = now ? of(now.stats) : null;
  return (
    <Chart
      name={names[name]}
      points={valuePoints(samples, (stats) => of(stats)?.mean ?? null)}
      format={(value) => formatMs(value, language)}
      foot={measured ? most(formatMs(measured.max, language)) : nothing}
    />
  );
}

function LoopChart({ samples }: { readonly samples: readonly Sample[] }) {
  const { words, language } = useWords();
  const { names, loopOf } = words.operations.charts;
  return (
    <Chart
      name={names.loop}
      points={valuePoints(samples, ({ loopDelayMs }) => loopDelayMs)}
      format={(value) => formatMs(value, language)}
      foot={loopOf}
    />
  );
}

function MemoryChart({ samples }: { readonly samples: readonly Sample[] }) {
  const { words, language } = useWords();
  const { names, heap } = words.operations.charts;
  const used = samples.at(-1)?.stats.memory.heapUsed ?? 0;
  return (
    <Chart
      name={names.memory}
      points={valuePoints(samples, ({ memory }) => memory.rss)}
      format={(value) => formatMb(value, language)}
      foot={heap(formatMb(used, language))}
    />
  );
}
