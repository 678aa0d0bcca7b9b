import type { Rate, StatsView } from '#libs/contracts/stats';
import { useWords } from '../parts/shell.js';
import type { Words } from '../words/en.js';
import { formatNumber } from '../parts/figures.js';

type Row = keyof Words['operations']['counts']['rows'];

const ROWS: readonly (readonly [Row, (stats: StatsView) => Rate, 'bad'?])[] = [
  ['accepted', ({ messages }) => messages.accepted],
  ['sent', ({ messages }) => messages.sent],
  ['delivered', ({ messages }) => messages.delivered],
  ['read', ({ messages }) => messages.read],
  ['failed', ({ messages }) => messages.failed, 'bad'],
  ['uncertain', ({ messages }) => messages.uncertain, 'bad'],
  ['received', ({ messages }) => messages.received],
  ['transitions', ({ transitions }) => transitions],
  ['restarts', ({ restarts }) => restarts],
  ['commits', ({ commits }) => commits.entries],
  ['taken', ({ webhooks }) => webhooks.taken],
  ['retried', ({ webhooks }) => webhooks.failed],
  ['gaveUp', ({ webhooks }) => webhooks.gaveUp, 'bad'],
];

export function Counts({ stats }: { readonly stats: StatsView }) {
  const { words } = useWords();
  const { title, what, minute, hour, total, rows } = words.operations.counts;
  return (
    <section className="card sheet" aria-labelledby="ops-counts-title">
      <h2 id="ops-counts-title">{title}</h2>
      <table className="sheet-table">
        <thead>
          <tr>
            <th scope="col">{what}</th>
            {[minute, hour, total].map((name) => (
              <th key={name} scope="col" className="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ROWS.map(([row, rate, tone]) => (
            <tr key={row}>
              <th scope="row">{rows[row]}</th>
              <RateCells rate={rate(stats)} tone={tone} />
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function RateCells({ rate, tone }: { readonly rate: Rate; readonly tone: 'bad' | undefined }) {
  const { language } = useWords();
  return [rate.lastMinute, rate.lastHour, rate.total].map((count, i) => (
    <td key={i} className="number" data-none={count === 0 || undefined} data-tone={count > 0 ? tone : undefined}>
      {formatNumber(count, language)}
    </td>
  ));
}
