import { type DataSource } from 'typeorm';
import { v7 as uuidV7 } from 'uuid';
import { IDEMPOTENCY_KEY_KEPT_MS, MESSAGE_TTL_MS } from '#libs/contracts/limits';
import {
  EXPIRED_MESSAGE,
  type listMessagesSchema,
  type MessageStatus,
  type MessageView,
} from '#libs/contracts/message';
import { type Page } from '#libs/contracts/page';
import { type OutputOf } from '#libs/contracts/parse';
import { type AckLevel, type ReceivedMessage } from '#libs/contracts/session';
import { type MessageStore, type OutboxMessage, type SendOutcome, StaleEpochError } from '#src/supervision/ports';
import { poolOf } from './data-source.js';
import { type Acceptance, acceptMessage, type NewMessage } from './message-acceptance.js';
import { messageEventOf } from './event-write.js';
import { MessageEntity } from './message.entity.js';
import { MESSAGE_COLUMNS, type MessageRow, messageViewOf } from './message-row.js';
import { ACKNOWLEDGE, CLAIM, PENDING, RECEIVE, SETTLE } from './message-statements.js';
import { storable } from './snapshot-write.js';

/** Outbox and inbox. Times given are milliseconds since 1970. */
export class MessageRepository implements MessageStore {
  constructor(private readonly dataSource: DataSource) {}

  accept(wanted: NewMessage): Promise<Acceptance> {
    return acceptMessage(poolOf(this.dataSource), wanted);
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
   * Fails what has waited longer than MESSAGE_TTL_MS without having been handed over, for the accounts of this node, at
   * most EXPIRED_MAX at a time: their accounts may have been offline all the while. Answers the changed messages.
   */
  async expireQueued(nodeId: string, now: number): Promise<readonly MessageView[]> {
    const { rows } = await poolOf(this.dataSource).query<MessageRow>(
      `WITH changed AS (
        UPDATE message SET status = 'failed', pending = false, error_code = $3, error_message = $4
        WHERE status = 'queued' AND id = ANY (ARRAY(
          SELECT m.id FROM message m JOIN account_ownership o ON o.account_id = m.account_id
          WHERE m.pending AND m.status = 'queued' AND m.created_at < to_timestamp($1::float8 / 1000) AND o.node_id = $5
          LIMIT $2
        )) RETURNING ${MESSAGE_COLUMNS}
      ), ${messageEventOf('message.changed')}
      SELECT * FROM changed`,
      [now - MESSAGE_TTL_MS, EXPIRED_MAX, EXPIRED_MESSAGE.code, EXPIRED_MESSAGE.message, nodeId],
    );
    return rows.map(messageViewOf);
  }

  async pending(accountId: string, limit: number): Promise<readonly OutboxMessage[]> {
    const { rows } = await poolOf(this.dataSource).query<OutboxRow>({ ...PENDING, values: [accountId, limit] });
    return rows.map((row) => ({ ...row, createdAt: row.createdAt.getTime() }));
  }

  /** A message that is no longer pending, or was claimed under another provider id, stays as it is. */
  async claim(accountId: string, epoch: number, messageId: string, providerMessageId: string): Promise<boolean> {
    return (await this.#write(CLAIM, accountId, epoch, [messageId, providerMessageId])) !== null;
  }

  async settle(accountId: string, epoch: number, messageId: string, outcome: SendOutcome): Promise<MessageView | null> {
    const error = outcome.status === 'sent' ? null : outcome.error;
    const values = [messageId, outcome.status, outcome.at, error?.code ?? null, storable(error?.message ?? null)];
    return this.#write(SETTLE, accountId, epoch, values);
  }

  async acknowledge(
    accountId: string,
    epoch: number,
    providerMessageId: string,
    level: AckLevel,
    at: number,
  ): Promise<MessageView | null> {
    return this.#write(ACKNOWLEDGE, accountId, epoch, [providerMessageId, level, at, BEFORE[level]]);
  }

  async receive(accountId: string, epoch: number, message: ReceivedMessage, at: number): Promise<MessageView | null> {
    const texts = [message.providerMessageId, message.chatId, message.from, message.text].map(storable);
    return this.#write(RECEIVE, accountId, epoch, [uuidV7(), ...texts, message.sentAt, at]);
  }

  /** Null: the epoch is right, and there was nothing to change. */
  async #write(
    statement: { readonly name: string; readonly text: string },
    accountId: string,
    epoch: number,
    values: readonly unknown[],
  ): Promise<MessageView | null> {
    const { rows } = await poolOf(this.dataSource).query<MessageRow & { owned: boolean; id: string | null }>({
      ...statement,
      values: [accountId, epoch, ...values],
    });
    const row = rows[0]!;
    if (!row.owned) throw new StaleEpochError(accountId);
    return row.id === null ? null : messageViewOf(row);
  }
}

/**
 * From where an acknowledgement moves a message on. `uncertain` is left for what the provider knows; `failed` stays: whoever
 * was told so may have sent it again.
 */
const BEFORE: Readonly<Record<AckLevel, readonly MessageStatus[]>> = {
  pending: [],
  sent: ['sending', 'uncertain'],
  delivered: ['sending', 'uncertain', 'sent'],
  read: ['sending', 'uncertain', 'sent', 'delivered'],
};

/** Keys of one upkeep: far within STATEMENT_MS_MAX. */
export const KEYS_FORGOTTEN_MAX = 10_000;
/** Messages of one round: each is announced. The next round goes on. */
const EXPIRED_MAX = 1_000;

type OutboxRow = Omit<OutboxMessage, 'createdAt'> & { readonly createdAt: Date };
