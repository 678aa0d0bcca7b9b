import { type Pool } from 'pg';
import { ACCEPTS_UNCOUNTED_MAX, OUTBOX_QUEUED_MAX } from '#libs/contracts/limits/messages';

interface Known {
  /** No more than so many wait: those counted last, and all accepted here since. */
  atMost: number;
  /** So many may still be accepted before it is counted anew. */
  uncounted: number;
}

/** Accounts whose queues are known. Beyond it all are counted anew, which costs a millisecond each. */
const ACCOUNTS_KNOWN_MAX = 100_000;

/**
 * How much room the queues have. Counting ten thousand waiting messages at each accept would cost more than the accept;
 * so a queue is counted when it might be full, and every ACCEPTS_UNCOUNTED_MAX accepts, since another node may accept for
 * it, too. In between it can only be shorter than what is known here.
 */
export class OutboxRoom {
  private readonly known = new Map<string, Known>();

  /** Takes a place for each of these, in their order; false: there is none. An account may come several times. */
  async take(pool: Pool, accountIds: readonly string[]): Promise<readonly boolean[]> {
    const wanted = new Map<string, number>();
    for (const id of accountIds) wanted.set(id, (wanted.get(id) ?? 0) + 1);
    await this.count(
      pool,
      [...wanted].flatMap(([id, places]) => (this.isKnown(id, places) ? [] : [id])),
    );
    return accountIds.map((id) => {
      const queue = this.known.get(id)!;
      if (queue.atMost >= OUTBOX_QUEUED_MAX) return false;
      queue.atMost += 1;
      queue.uncounted -= 1;
      return true;
    });
  }

  private isKnown(accountId: string, places: number): boolean {
    const queue = this.known.get(accountId);
    return queue !== undefined && queue.uncounted >= places && queue.atMost + places <= OUTBOX_QUEUED_MAX;
  }

  private async count(pool: Pool, accountIds: readonly string[]): Promise<void> {
    if (accountIds.length === 0) return;
    const { rows } = await pool.query<{ id: string; waiting: number }>({
      ...COUNT,
      values: [accountIds, OUTBOX_QUEUED_MAX],
    });
    if (this.known.size > ACCOUNTS_KNOWN_MAX) this.known.clear();
    for (const { id, waiting } of rows) this.known.set(id, { atMost: waiting, uncounted: ACCEPTS_UNCOUNTED_MAX });
  }
}

/** $1 accounts, $2 counted no further than this. */
const COUNT = {
  name: 'outbox-count',
  text: `
SELECT queue AS id, (
  SELECT count(*)::integer FROM (SELECT FROM message WHERE account_id = queue AND pending LIMIT $2::integer) AS waiting
) AS waiting
FROM unnest($1::uuid[]) AS queue`,
} as const;
