import { type DataSource } from 'typeorm';
import { IDEMPOTENCY_KEY_KEPT_MS, MESSAGE_TTL_MS, OUTBOX_QUEUED_MAX } from '#libs/contracts/limits/messages';
import { EXPIRED_MESSAGE, type listMessagesSchema, type MessageView, UNCERTAIN_MESSAGE } from '#libs/contracts/message';
import { type Page } from '#libs/contracts/page';
import { type OutputOf } from '#libs/contracts/parse';
import {
  type Acknowledgement,
  type MessageClaim,
  type MessageStore,
  type OutboxMessage,
  type Postponement,
  type SendOutcome,
  StaleEpochError,
  type UnreadMessage,
} from '#src/supervision/ports';
import { Acknowledgements } from './acknowledgements.js';
import { poolOf } from './data-source.js';
import { type Acceptance, MessageAcceptance } from './message-acceptance.js';
import { messageEventOf } from './event-write.js';
import { MessageEntity } from './message.entity.js';
import { MESSAGE_COLUMNS, type MessageRow, messageViewOf } from './message-row.js';
import { type Statement } from './message-statements.js';
import { type NewMessage } from './new-message.js';
import { outboxMessageOf, type OutboxRow } from './outbox-row.js';
import { CLAIM, PAUSE_IF_STALE, PENDING, POSTPONE, SENT_SINCE, SETTLE } from './outbox-statements.js';
import { storable } from './snapshot-write.js';
import { UnreadMessages } from './unread-messages.js';

/** Outbox and inbox. Times given are milliseconds since 1970. */
export class MessageRepository implements MessageStore {
  readonly #acceptance: MessageAcceptance;
  readonly #acknowledgements: Acknowledgements;
  readonly #unread: UnreadMessages;

  constructor(private readonly dataSource: DataSource) {
    this.#acceptance = new MessageAcceptance(() => poolOf(dataSource));
    this.#acknowledgements = new Acknowledgements(() => poolOf(dataSource));
    this.#unread = new UnreadMessages(() => poolOf(dataSource), OUTBOX_QUEUED_MAX + SENT_LATELY_MAX);
  }

  accept(wanted: NewMessage): Promise<Acceptance> {
    return this.#acceptance.accept(wanted);
  }

  earlier(accountId: string, idempotencyKey: string, bodyHash: string, now: number): Promise<Acceptance | null> {
    return this.#acceptance.earlier({ accountId, idempotencyKey, bodyHash, now });
  }

  async find(id: string): Promise<MessageView | null> {
    const row = await this.dataSource.getRepository(MessageEntity).findOneBy({ id });
    return row && messageViewOf(row);
  }

  /** Newest first. */
  async list(accountId: string, query: OutputOf<typeof listMessagesSchema>): Promise<Page<MessageView>> {
    const select = this.dataSource
      .getRepository(MessageEntity)
      .createQueryBuilder('message')
      .where('message.accountId = :accountId', { accountId });
    if (query.cursor) select.andWhere('message.id < :cursor', { cursor: query.cursor });
    if (query.direction) select.andWhere('message.direction = :direction', { direction: query.direction });
    if (query.kind) select.andWhere('message.kind = :kind', { kind: query.kind });
    if (query.status) select.andWhere('message.status = :status', { status: query.status });
    if (query.chatId) select.andWhere('message.chatId = :chatId', { chatId: query.chatId });
    const rows = await select
      .orderBy('message.id', 'DESC')
      .limit(query.limit + 1)
      .getMany();
    const items = rows.slice(0, query.limit).map(messageViewOf);
    return { items, nextCursor: rows.length > query.limit ? (items.at(-1)?.id ?? null) : null };
  }

  /** Messages still to be sent or confirmed, by account; accounts without any are left out. */
  async queueLengths(): Promise<ReadonlyMap<string, number>> {
    const { rows } = await poolOf(this.dataSource).query<{ account_id: string; waiting: number }>(
      'SELECT account_id, count(*)::integer AS waiting FROM message WHERE pending GROUP BY account_id',
    );
    return new Map(rows.map((row) => [row.account_id, row.waiting]));
  }

  /** Takes keys off that nobody repeats any more, at most KEYS_FORGOTTEN_MAX; answers how many. */
  async forgetOldKeys(now: number): Promise<number> {
    const { rowCount } = await poolOf(this.dataSource).query(
      `UPDATE message SET idempotency_key = NULL WHERE id = ANY (ARRAY(
        SELECT id FROM message WHERE idempotency_key IS NOT NULL AND created_at < to_timestamp($1::float8 / 1000) LIMIT $2
      ))`,
      [now - IDEMPOTENCY_KEY_KEPT_MS, KEYS_FORGOTTEN_MAX],
    );
    return rowCount ?? 0;
  }

  /**
   * Settles what has waited longer than it was wanted, for the accounts of this node, at most EXPIRED_MAX at a time: their
   * accounts may have been offline all the while. What was not handed over has failed. Of what may have been nobody knows,
   * if its account hasn't come back to ask within UNKNOWN_AFTER_MS more. Answers the changed messages.
   */
  async expireQueued(nodeId: string, now: number): Promise<readonly MessageView[]> {
    const { rows } = await poolOf(this.dataSource).query<MessageRow>(
      `WITH late AS MATERIALIZED (
        SELECT m.id AS late_id, m.status AS was FROM message m JOIN account_ownership o ON o.account_id = m.account_id
        WHERE m.pending AND o.node_id = $5
          AND coalesce(m.expires_at, m.created_at + ${MESSAGE_TTL_MS} * interval '1 ms')
            < to_timestamp($1::float8 / 1000) - CASE m.status WHEN 'queued' THEN 0 ELSE ${UNKNOWN_AFTER_MS} END * interval '1 ms'
        LIMIT $2
      ), changed AS (
        UPDATE message SET pending = false, status = CASE was WHEN 'queued' THEN 'failed' ELSE 'uncertain' END,
          error_code = CASE was WHEN 'queued' THEN $3 ELSE $6 END, error_message = CASE was WHEN 'queued' THEN $4 ELSE $7 END
        FROM late WHERE id = late_id AND status = was
        RETURNING ${MESSAGE_COLUMNS}
      ), ${messageEventOf('message.changed')}
      SELECT * FROM changed`,
      [
        now,
        EXPIRED_MAX,
        EXPIRED_MESSAGE.code,
        EXPIRED_MESSAGE.message,
        nodeId,
        UNCERTAIN_MESSAGE.code,
        UNCERTAIN_MESSAGE.message,
      ],
    );
    return rows.map(messageViewOf);
  }

  async pending(accountId: string, limit: number, heldChats: readonly string[]): Promise<readonly OutboxMessage[]> {
    const { rows } = await poolOf(this.dataSource).query<OutboxRow>({
      ...PENDING,
      values: [accountId, limit, heldChats],
    });
    return rows.map(outboxMessageOf);
  }

  /** What is no longer pending, or was claimed under another provider id, stays as it is. */
  async claim(accountId: string, epoch: number, claims: readonly MessageClaim[]): Promise<ReadonlySet<string>> {
    const rows = await this.#write(CLAIM, accountId, epoch, [
      claims.map(({ messageId }) => messageId),
      claims.map(({ providerMessageId }) => providerMessageId),
      claims.map(({ nextAttemptAt }) => nextAttemptAt),
      claims.map(({ isUnknown = false }) => isUnknown),
    ]);
    return new Set(rows.map(({ id }) => id));
  }

  async postpone(
    accountId: string,
    epoch: number,
    messageId: string,
    until: Postponement,
  ): Promise<MessageView | null> {
    const { tries, nextAttemptAt, error } = until;
    const values = [messageId, tries, nextAttemptAt, error?.code ?? null, storable(error?.message ?? null)];
    return firstOf(await this.#write(POSTPONE, accountId, epoch, values));
  }

  async settle(accountId: string, epoch: number, messageId: string, outcome: SendOutcome): Promise<MessageView | null> {
    const error = outcome.status === 'sent' ? null : outcome.error;
    const values = [messageId, outcome.status, outcome.at, error?.code ?? null, storable(error?.message ?? null)];
    return firstOf(await this.#write(SETTLE, accountId, epoch, values));
  }

  acknowledge(accountId: string, epoch: number, acks: readonly Acknowledgement[]): Promise<readonly MessageView[]> {
    return this.#acknowledgements.write(accountId, epoch, acks);
  }

  async sentSince(accountId: string, after: number): Promise<readonly number[]> {
    const { rows } = await poolOf(this.dataSource).query<{ at: number }>({
      ...SENT_SINCE,
      values: [accountId, after, OUTBOX_QUEUED_MAX + SENT_LATELY_MAX],
    });
    return rows.map(({ at }) => at);
  }

  unreadSince(accountId: string, after: number, limit: number): Promise<readonly UnreadMessage[]> {
    return this.#unread.since(accountId, after, limit);
  }

  async pauseIfStale(accountId: string, epoch: number, before: number, at: number): Promise<boolean> {
    const { rows } = await poolOf(this.dataSource).query<{ owned: boolean; paused: boolean }>({
      ...PAUSE_IF_STALE,
      values: [accountId, epoch, before, at],
    });
    if (!rows[0]!.owned) throw new StaleEpochError(accountId);
    return rows[0]!.paused;
  }

  /** Answers what was changed; nothing is no fault, as long as the epoch is right. */
  async #write(
    statement: Statement,
    accountId: string,
    epoch: number,
    values: readonly unknown[],
  ): Promise<readonly MessageRow[]> {
    const { rows } = await poolOf(this.dataSource).query<MessageRow & { owned: boolean; id: string | null }>({
      ...statement,
      values: [accountId, epoch, ...values],
    });
    if (!rows[0]!.owned) throw new StaleEpochError(accountId);
    return rows.filter(({ id }) => id !== null);
  }
}

const firstOf = ([row]: readonly MessageRow[]): MessageView | null => (row ? messageViewOf(row) : null);

/** Keys of one upkeep: far within STATEMENT_MS_MAX. */
export const KEYS_FORGOTTEN_MAX = 10_000;
/** Messages looked at beyond those that may wait: more than any account sends and receives in a minute. */
const SENT_LATELY_MAX = 2_000;
/** Messages of one round: each is announced. The next round goes on. */
const EXPIRED_MAX = 1_000;
/** Time for an account that has just come back to ask for what became of a message, before nobody does. */
const UNKNOWN_AFTER_MS = 3_600_000;
