import type { QueuesView } from '#libs/contracts/stats';
import { QUEUE_COUNTED_MAX } from '#libs/contracts/limits/calls';
import { Notice } from '../parts/notice.js';
import { operationsHref } from '../parts/route.js';
import { useNow, useWords } from '../parts/shell.js';
import { formatDuration } from '../parts/time.js';
import { formatNumber } from '../parts/figures.js';

export function Queues({ queues }: { readonly queues: QueuesView | null }) {
  const { words } = useWords();
  const told = words.operations.queues;
  return (
    <section className="card sheet" aria-labelledby="ops-queues-title">
      <h2 id="ops-queues-title">{told.title}</h2>
      {queues === null ? (
        <Notice tone="warn" title={words.trouble.silent}>
          <p>{told.away}</p>
        </Notice>
      ) : (
        <table className="sheet-table sheet-stacked">
          <thead>
            <tr>
              <th scope="col">{told.queue}</th>
              {[told.waiting, told.running, told.wrong, told.oldest].map((name) => (
                <th key={name} scope="col" className="number">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <Rows queues={queues} />
          </tbody>
        </table>
      )}
    </section>
  );
}

function Rows({ queues: { outbox, deliveries, jobs } }: { readonly queues: QueuesView }) {
  const { words, language } = useWords();
  const { outbox: outboxes, deliveries: toWebhooks, jobs: allJobs, retrying, dead, later } = words.operations.queues;
  const number = (count: number): string => formatNumber(count, language);
  const trouble = [
    ...(deliveries.retrying > 0 ? [retrying(number(deliveries.retrying))] : []),
    ...(deliveries.dead > 0 ? [dead(number(deliveries.dead))] : []),
  ].join(', ');
  return (
    <>
      <Row {...outbox} name={outboxes} waiting={outbox.queued} running={outbox.sending} />
      <Row {...deliveries} name={toWebhooks} trouble={trouble} />
      <Row
        name={allJobs}
        waiting={jobs.due}
        running={jobs.running}
        waitingMore={jobs.later > 0 ? later(number(jobs.later)) : null}
        capped={jobs.capped}
      />
    </>
  );
}

interface RowProps {
  readonly name: string;
  readonly waiting: number;
  readonly waitingMore?: string | null;
  readonly running?: number;
  readonly trouble?: string;
  readonly oldestAt?: string | null;
  readonly capped: boolean;
}

function Row({ name, waiting, waitingMore, running, trouble, oldestAt, capped }: RowProps) {
  const { words, language } = useWords();
  const now = useNow();
  const count = formatNumber(waiting, language);
  const { queues } = words.operations;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className="number" data-label={queues.waiting} data-none={waiting === 0 || undefined}>
        {capped ? words.operations.atLeast(formatNumber(QUEUE_COUNTED_MAX, language)) : count}
        {waitingMore && <span className="secondary"> {waitingMore}</span>}
      </td>
      <td className="number" data-label={queues.running} data-none={!running || undefined}>
        {running === undefined ? '' : formatNumber(running, language)}
      </td>
      <td
        className="number"
        data-label={queues.wrong}
        data-wraps
        data-tone={trouble ? 'bad' : undefined}
        data-none={!trouble || undefined}
      >
        {trouble ? <a href={operationsHref('webhooks')}>{trouble}</a> : trouble === '' && words.operations.none}
      </td>
      <td className="number" data-label={queues.oldest} data-none={!oldestAt || undefined}>
        {oldestAt && <time dateTime={oldestAt}>{formatDuration(now - Date.parse(oldestAt), language)}</time>}
      </td>
    </tr>
  );
}
