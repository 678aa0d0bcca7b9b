import type { DataSource } from 'typeorm';
import { QUEUE_COUNTED_MAX } from '#libs/contracts/limits/calls';
import type { StoredStats } from '#libs/contracts/stats';
import { poolOf } from './data-source.js';

/** How much waits in the store, and what the event log keeps: one statement, whose work is bounded however much there is. */
export class StatsRepository {
  constructor(private readonly dataSource: DataSource) {}

  async read(): Promise<StoredStats> {
    const { rows } = await poolOf(this.dataSource).query<StatsRow>({ ...READ, values: [QUEUE_COUNTED_MAX + 1] });
    const { outbox, waiting, dead, jobs, oldest, newest } = rows[0]!;
    const isCapped = (...counts: readonly number[]): boolean => counts.some((count) => count > QUEUE_COUNTED_MAX);
    return {
      queues: {
        outbox: { ...dated(outbox), capped: isCapped(outbox.queued + outbox.sending) },
        deliveries: { ...dated(waiting), dead, capped: isCapped(waiting.waiting + waiting.retrying, dead) },
        jobs: { ...jobs, capped: isCapped(jobs.due + jobs.later + jobs.running) },
      },
      log: { oldest: oldest && endOf(oldest), newest: newest && endOf(newest) },
    };
  }
}

/** Times inside JSON are texts of Postgres's own form. */
interface Dated {
  readonly oldestAt: string | null;
}
interface LogEnd {
  readonly cursor: string;
  readonly at: string;
}
interface StatsRow {
  readonly outbox: Dated & { readonly queued: number; readonly sending: number };
  readonly waiting: Dated & { readonly waiting: number; readonly retrying: number };
  readonly dead: number;
  readonly jobs: StoredStats['queues']['jobs'];
  readonly oldest: LogEnd | null;
  readonly newest: LogEnd | null;
}

const dated = <T extends Dated>(row: T): T => ({ ...row, oldestAt: row.oldestAt && isoOf(row.oldestAt) });
const endOf = ({ cursor, at }: LogEnd): LogEnd => ({ cursor, at: isoOf(at) });
const isoOf = (text: string): string => new Date(text).toISOString();

const event = (which: 'ASC' | 'DESC'): string =>
  `(SELECT json_build_object('cursor', id::text, 'at', at) FROM event ORDER BY id ${which} LIMIT 1)`;

/** $1: rows of each kind that are looked at. All of them have an index of their own, or a table that holds little else. */
const READ = {
  name: 'stats-read',
  text: `
SELECT
  (SELECT json_build_object('queued', count(*) FILTER (WHERE status = 'queued'),
    'sending', count(*) FILTER (WHERE status = 'sending'), 'oldestAt', min(created_at))
   FROM (SELECT status, created_at FROM message WHERE pending LIMIT $1::integer) AS part) AS outbox,
  (SELECT json_build_object('waiting', count(*) FILTER (WHERE attempts = 0),
    'retrying', count(*) FILTER (WHERE attempts > 0), 'oldestAt', min(event_at))
   FROM (SELECT attempts, event_at FROM webhook_delivery WHERE state = 'waiting' LIMIT $1::integer) AS part) AS waiting,
  (SELECT count(*)::integer FROM (SELECT FROM webhook_delivery WHERE state = 'dead' LIMIT $1::integer) AS part) AS dead,
  (SELECT json_build_object('due', count(*) FILTER (WHERE locked_at IS NULL AND run_at <= now()),
    'later', count(*) FILTER (WHERE locked_at IS NULL AND run_at > now()),
    'running', count(*) FILTER (WHERE locked_at IS NOT NULL))
   FROM (SELECT locked_at, run_at FROM graphile_worker.jobs LIMIT $1::integer) AS part) AS jobs,
  ${event('ASC')} AS oldest, ${event('DESC')} AS newest`,
} as const;
