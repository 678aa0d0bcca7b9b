import type { DataSource } from 'typeorm';
import { DELIVERY_ROWS_MAX } from '#libs/contracts/limits/news';
import type { LoggedEvent } from '#libs/contracts/event-log';
import type { Page } from '#libs/contracts/page';
import type { OutputOf } from '#libs/contracts/parse';
import type { DeliveryView, listDeliveriesSchema } from '#libs/contracts/webhook';
import { poolOf } from './data-source.js';
import { type EventRow, loggedEventOf } from './event-row.js';
import {
  failedStatement,
  GIVE_UP_PAUSED,
  lineStatement,
  LIST,
  LIST_ALL,
  OVERDUE,
  REDELIVER,
  REDELIVER_DEAD,
  TAKEN,
} from './delivery-statements.js';
import { type LogMark, markLog } from './log-mark.js';
import { type DeliveryRow, deliveryViewOf } from './webhook-row.js';

/** What is delivered one after the other: the events of one account (null: of none) for one webhook. */
export interface Line {
  readonly webhookId: string;
  readonly accountId: string | null;
}
/** As it is set now. `version` tells whether that has changed. */
export interface WebhookToTell {
  readonly id: string;
  readonly url: string;
  readonly secret: string;
  readonly state: 'active' | 'paused';
  readonly version: number;
  /** Milliseconds since 1970, here and below. */
  readonly resumedAt: number | null;
}
export interface WaitingDelivery {
  readonly id: string;
  readonly attempts: number;
  readonly nextAttemptAt: number;
  readonly wantedAt: number;
  readonly event: LoggedEvent;
}
export interface WaitingLine {
  readonly webhook: WebhookToTell;
  /** In order; nothing can come before or between them any more. */
  readonly deliveries: readonly WaitingDelivery[];
  /** There is more behind them: beyond the limit, or not decided yet. */
  readonly more: boolean;
}
export interface Attempt {
  readonly at: number;
  readonly status: number | null;
  readonly error: string | null;
  readonly durationMs: number;
}
/** The webhook after an attempt was written down; null when it is gone. */
export type Standing = { readonly version: number; readonly failingSince: number | null } | null;

/** What is still to be told, and what was. */
export class WebhookDeliveryRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** For `waiting`, again and again until all up to it is decided; what comes later needs another. */
  mark(): Promise<LogMark> {
    return markLog(this.#pool, 0);
  }

  /**
   * The first that wait in a line, at most `limit`, as far as nothing can come before them any more. Null when there is no
   * such webhook.
   */
  async waiting({ webhookId, accountId }: Line, limit: number, mark: LogMark): Promise<WaitingLine | null> {
    const values = [webhookId, limit + 1, mark.end, mark.xact, ...(accountId === null ? [] : [accountId])];
    const { rows } = await this.#pool.query<LineRow>({ ...lineStatement(accountId), values });
    const [first] = rows;
    if (!first) return null;
    const found = rows.filter((row): row is LineRow & EventRow => row.id !== null);
    const decided = found.slice(0, found.findLastIndex((row) => row.decided) + 1).slice(0, limit);
    return {
      webhook: {
        id: webhookId,
        url: first.url,
        secret: first.secret,
        state: first.state,
        version: first.version,
        resumedAt: first.resumedAt?.getTime() ?? null,
      },
      deliveries: decided.map((row) => ({
        id: row.deliveryId,
        attempts: row.attempts,
        nextAttemptAt: row.nextAttemptAt?.getTime() ?? 0,
        wantedAt: row.wantedAt.getTime(),
        event: loggedEventOf({ id: row.id, accountId: row.accountId, name: row.name, at: row.at, data: row.data }),
      })),
      more: decided.length < found.length,
    };
  }

  async taken(id: string, webhookId: string, { at, status, durationMs }: Attempt): Promise<Standing> {
    const { rows } = await this.#pool.query<StandingRow>({ ...TAKEN, values: [id, webhookId, at, status, durationMs] });
    return standingOf(rows);
  }

  /** `again`: when it is tried next; null: it is given up, which is an event of its own. */
  async failed(id: string, webhookId: string, attempt: Attempt, again: number | null): Promise<Standing> {
    const { at, status, error, durationMs } = attempt;
    const values = [id, webhookId, at, status, durationMs, error, again];
    const { rows } = await this.#pool.query<StandingRow>({ ...failedStatement, values });
    return standingOf(rows);
  }

  /** One job for this line, in so many milliseconds. One that waits already comes then, too. */
  async plan({ webhookId, accountId }: Line, inMs: number): Promise<void> {
    const text = `SELECT plan_deliveries(ARRAY[$1::uuid], ARRAY[$2::uuid], now() + $3::float8 * interval '1 ms', false)`;
    await this.#pool.query({ name: 'delivery-plan', text, values: [webhookId, accountId, inMs] });
  }

  /** Lines of active webhooks that should have been served before this time get a job. Answers how many. */
  async planOverdue(before: number): Promise<number> {
    const { rows } = await this.#pool.query<{ count: number }>(OVERDUE, [before]);
    return rows[0]?.count ?? 0;
  }

  /** Newest first. */
  async list(
    webhookId: string,
    { state, accountId, limit, cursor }: OutputOf<typeof listDeliveriesSchema>,
  ): Promise<Page<DeliveryView>> {
    const values = [webhookId, state ?? null, accountId ?? null, cursor ?? null, limit + 1];
    return pageOf((await this.#pool.query<DeliveryRow>(LIST, values)).rows, limit);
  }

  /** The same of all webhooks, the newest events first. */
  async listAll({
    state,
    accountId,
    limit,
    cursor,
  }: OutputOf<typeof listDeliveriesSchema>): Promise<Page<DeliveryView>> {
    const values = [state ?? null, accountId ?? null, cursor ?? null, limit + 1];
    return pageOf((await this.#pool.query<DeliveryRow>(LIST_ALL, values)).rows, limit);
  }

  /** It waits again, in its old place before all that is newer. Null when there is no such delivery of this webhook. */
  async redeliver(webhookId: string, id: string, at: number): Promise<DeliveryView | null> {
    const { rows } = await this.#pool.query<DeliveryRow>(REDELIVER, [webhookId, id, at]);
    const [row] = rows;
    if (!row) return null;
    await this.plan({ webhookId, accountId: row.accountId }, 0);
    return deliveryViewOf(row);
  }

  /** The same with those that are dead, the oldest first, at most DELIVERY_ROWS_MAX. Answers how many. */
  async redeliverDead(webhookId: string, at: number): Promise<number> {
    const { rows } = await this.#pool.query<{ count: number }>(REDELIVER_DEAD, [webhookId, at, DELIVERY_ROWS_MAX]);
    return rows[0]?.count ?? 0;
  }

  /**
   * Gives up what has waited for a paused webhook for so many days, at most DELIVERY_ROWS_MAX: nobody may ever resume it.
   * That is no event: it was told when the webhook was paused. Answers how many.
   */
  async giveUpPaused(olderThanDays: number): Promise<number> {
    return (await this.#pool.query(GIVE_UP_PAUSED, [olderThanDays, DELIVERY_ROWS_MAX])).rowCount ?? 0;
  }

  /** Removes those that were concluded more than so many days ago, at most DELIVERY_ROWS_MAX. Answers how many. */
  async removeOld(olderThanDays: number): Promise<number> {
    const some = `SELECT ctid FROM webhook_delivery WHERE concluded_at < now() - make_interval(days => $1) LIMIT $2`;
    const text = `DELETE FROM webhook_delivery WHERE ctid = ANY (ARRAY(${some}))`;
    return (await this.#pool.query(text, [olderThanDays, DELIVERY_ROWS_MAX])).rowCount ?? 0;
  }

  /** Over all webhooks. */
  async count(): Promise<{ readonly waiting: number; readonly dead: number }> {
    const of = (state: string): string =>
      `(SELECT count(*)::integer FROM webhook_delivery WHERE state = '${state}') AS ${state}`;
    const { rows } = await this.#pool.query<{ waiting: number; dead: number }>(
      `SELECT ${of('waiting')}, ${of('dead')}`,
    );
    return rows[0]!;
  }

  get #pool() {
    return poolOf(this.dataSource);
  }
}

/** One row more than was asked for tells that there is another page. */
function pageOf(rows: readonly DeliveryRow[], limit: number): Page<DeliveryView> {
  const items = rows.slice(0, limit).map(deliveryViewOf);
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}

interface LineRow extends Omit<EventRow, 'id'>, Omit<WebhookToTell, 'resumedAt' | 'id'> {
  readonly resumedAt: Date | null;
  /** Of the event; null, as all that follows: nothing waits. */
  readonly id: string | null;
  readonly deliveryId: string;
  readonly attempts: number;
  readonly nextAttemptAt: Date | null;
  readonly wantedAt: Date;
  readonly decided: boolean;
}

interface StandingRow {
  readonly version: number;
  readonly failingSince: Date | null;
}
const standingOf = ([row]: readonly StandingRow[]): Standing =>
  row ? { version: row.version, failingSince: row.failingSince?.getTime() ?? null } : null;
