import type { DataSource } from 'typeorm';
import { DELIVERY_ROWS_MAX, WEBHOOKS_ALIKE_MAX, WEBHOOKS_MAX } from '#libs/contracts/limits/news';
import type { Page } from '#libs/contracts/page';
import type { OutputOf } from '#libs/contracts/parse';
import type { listWebhooksSchema, patchWebhookSchema, WebhookPause, WebhookView } from '#libs/contracts/webhook';
import { poolOf } from './data-source.js';
import { PLAN_ALL } from './delivery-statements.js';
import { eventOf } from './event-write.js';
import { WEBHOOK_COLUMNS, type WebhookRow, webhookViewOf } from './webhook-row.js';

export interface NewWebhook {
  /** UUIDv7: lists are ordered by it. */
  readonly id: string;
  readonly label: string;
  readonly url: string;
  readonly accountId: string | null;
  readonly events: readonly string[];
  readonly secret: string;
}
export type CreatedWebhook =
  | { readonly ok: true; readonly webhook: WebhookView }
  | { readonly ok: false; readonly why: 'account_not_found' | 'webhooks_full' };

/** Webhooks as people set them. Times given are milliseconds since 1970. */
export class WebhookRepository {
  constructor(private readonly dataSource: DataSource) {}

  async create({ id, label, url, accountId, events, secret }: NewWebhook): Promise<CreatedWebhook> {
    const values = [id, label, url, accountId, events, secret, WEBHOOKS_MAX, WEBHOOKS_ALIKE_MAX];
    const { rows } = await poolOf(this.dataSource).query<WebhookRow & { filled: boolean; known: boolean }>(
      CREATE,
      values,
    );
    const { filled, known, ...made } = rows[0]!;
    if (!known) return { ok: false, why: 'account_not_found' };
    if (filled) return { ok: false, why: 'webhooks_full' };
    // As it was made, not as it is by now: whoever saw it in a list may have removed it already.
    return { ok: true, webhook: webhookViewOf(made) };
  }

  async find(id: string): Promise<WebhookView | null> {
    const text = `SELECT ${WEBHOOK_COLUMNS} FROM webhook w WHERE w.id = $1::uuid`;
    const { rows } = await poolOf(this.dataSource).query<WebhookRow>(text, [id]);
    return rows[0] ? webhookViewOf(rows[0]) : null;
  }

  /** What a test call needs. */
  async target(id: string): Promise<{ readonly url: string; readonly secret: string } | null> {
    const text = 'SELECT url, secret FROM webhook WHERE id = $1::uuid';
    const { rows } = await poolOf(this.dataSource).query<{ url: string; secret: string }>(text, [id]);
    return rows[0] ?? null;
  }

  /** Oldest first. */
  async list({ accountId, limit, cursor }: OutputOf<typeof listWebhooksSchema>): Promise<Page<WebhookView>> {
    const { rows } = await poolOf(this.dataSource).query<WebhookRow>(LIST, [
      accountId ?? null,
      cursor ?? null,
      limit + 1,
    ]);
    const items = rows.slice(0, limit).map(webhookViewOf);
    return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
  }

  /** What waits is tried anew at once. False when there is no such webhook. */
  async patch(
    id: string,
    { url, label, events, secret }: OutputOf<typeof patchWebhookSchema>,
    at: number,
  ): Promise<boolean> {
    const values = [id, url ?? null, label ?? null, events ?? null, secret ?? null];
    const { rowCount } = await poolOf(this.dataSource).query(PATCH, values);
    if (rowCount === 1 && (url ?? secret) !== undefined) await this.#wake(id, at);
    return rowCount === 1;
  }

  /** At most DELIVERY_ROWS_MAX of its deliveries, so that it can be removed itself soon. Answers how many. */
  async removeDeliveries(id: string): Promise<number> {
    const some = `SELECT ctid FROM webhook_delivery WHERE webhook_id = $1 LIMIT ${DELIVERY_ROWS_MAX}`;
    const text = `DELETE FROM webhook_delivery WHERE ctid = ANY (ARRAY(${some}))`;
    return (await poolOf(this.dataSource).query(text, [id])).rowCount ?? 0;
  }

  /** With what is left of its deliveries. False when there was none. */
  async remove(id: string): Promise<boolean> {
    return (await poolOf(this.dataSource).query('DELETE FROM webhook WHERE id = $1', [id])).rowCount === 1;
  }

  /** Whose it is; null when it was paused already, or there is none. */
  async pause(id: string, by: WebhookPause, at: number): Promise<{ readonly accountId: string | null } | null> {
    const { rows } = await poolOf(this.dataSource).query<{ accountId: string | null }>(PAUSE, [id, by, at]);
    return rows[0] ?? null;
  }

  /** What waits is delivered from now on. Null when it was not paused, or there is none. */
  async resume(id: string, at: number): Promise<{ readonly accountId: string | null } | null> {
    const { rows } = await poolOf(this.dataSource).query<{ accountId: string | null }>(RESUME, [id, at]);
    if (rows[0]) await this.#wake(id, at);
    return rows[0] ?? null;
  }

  async #wake(id: string, at: number): Promise<void> {
    await poolOf(this.dataSource).query(HASTEN, [id, at]);
    await poolOf(this.dataSource).query(PLAN_ALL, [id]);
  }
}

const CREATE = `
WITH room AS MATERIALIZED (
  SELECT (SELECT count(*) FROM webhook) >= $7::integer
      OR (SELECT count(*) FROM webhook WHERE account_id IS NOT DISTINCT FROM $4::uuid) >= $8::integer AS filled,
    $4::uuid IS NULL OR EXISTS (SELECT FROM account WHERE id = $4::uuid AND deleted_at IS NULL) AS known
), made AS (
  INSERT INTO webhook (id, label, url, account_id, events, secret)
  SELECT $1::uuid, $2::text, $3::text, $4::uuid, $5::text[], $6::text FROM room WHERE known AND NOT filled
  RETURNING *
)
SELECT filled, known, ${WEBHOOK_COLUMNS} FROM room LEFT JOIN made w ON true`;

/** $1: null, or only those that are told of this account alone. */
const LIST = `
SELECT ${WEBHOOK_COLUMNS} FROM webhook w
WHERE ($1::uuid IS NULL OR w.account_id = $1::uuid) AND ($2::uuid IS NULL OR w.id > $2::uuid)
ORDER BY w.id LIMIT $3::integer`;

const PATCH = `
UPDATE webhook SET url = coalesce($2::text, url), label = coalesce($3::text, label), events = coalesce($4::text[], events),
  secret = coalesce($5::text, secret), version = version + 1, updated_at = now()
WHERE id = $1::uuid`;

const PAUSE = `
WITH changed AS (
  UPDATE webhook SET state = 'paused', paused_by = $2::text, paused_at = to_timestamp($3::float8 / 1000),
    version = version + 1, updated_at = now()
  WHERE id = $1::uuid AND state = 'active'
  RETURNING id, account_id
), ${eventOf('webhook.paused', {
  from: 'changed',
  accountId: 'account_id',
  data: `json_build_object('webhookId', id, 'by', $2::text)`,
})}
SELECT account_id AS "accountId" FROM changed`;

const RESUME = `
WITH changed AS (
  UPDATE webhook SET state = 'active', paused_by = NULL, paused_at = NULL, failing_since = NULL,
    resumed_at = to_timestamp($2::float8 / 1000), version = version + 1, updated_at = now()
  WHERE id = $1::uuid AND state = 'paused'
  RETURNING id, account_id
), ${eventOf('webhook.resumed', {
  from: 'changed',
  accountId: 'account_id',
  data: `json_build_object('webhookId', id)`,
})}
SELECT account_id AS "accountId" FROM changed`;

const HASTEN = `
UPDATE webhook_delivery SET next_attempt_at = to_timestamp($2::float8 / 1000)
WHERE webhook_id = $1::uuid AND state = 'waiting' AND next_attempt_at > to_timestamp($2::float8 / 1000)`;
