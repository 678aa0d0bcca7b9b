import { type Pool } from 'pg';
import { v7 as uuidV7 } from 'uuid';
import { type LeaseBar } from '#libs/contracts/account-manager/fence';
import { ACCEPT_BATCH_MAX, IDEMPOTENCY_KEY_KEPT_MS } from '#libs/contracts/limits/messages';
import { type MessageView } from '#libs/contracts/message';
import { ACCEPT, acceptValues, acceptedRowOf } from './accept-statement.js';
import { MESSAGE_COLUMNS, type MessageRow, messageViewOf } from './message-row.js';
import { type NewMessage } from './new-message.js';
import { OutboxRoom } from './outbox-room.js';
import { spoilsItsBatch } from './spoilt-batch.js';

export type Acceptance =
  /** `created: false`: the same key came before with the same body; this is that message as it is now. */
  | { readonly created: boolean; readonly message: MessageView }
  /** The same key came before with another body. */
  | { readonly conflict: true }
  /** Its fence is not that of the lease that lives, or there is a lease and it has none. */
  | { readonly fenced: true }
  /** Under its lease nothing is sent now, or not there. */
  | { readonly barred: LeaseBar }
  /** OUTBOX_QUEUED_MAX messages wait already. */
  | { readonly full: true }
  /** There is no such account, or it is deleted. */
  | { readonly unknownAccount: true };

type Keyed = Pick<NewMessage, 'accountId' | 'idempotencyKey' | 'bodyHash' | 'now'>;
type Fate = 'stored' | 'not_stored' | 'full' | 'no_account' | 'fenced' | { readonly barred: LeaseBar };

interface Waiting {
  readonly id: string;
  readonly wanted: NewMessage;
  readonly resolve: (fate: Fate) => void;
  readonly reject: (error: unknown) => void;
}

/** A key can be free and taken again in between, by an expiry or a purge; more often than this, something is wrong. */
const TRIES_MAX = 5;

/**
 * Stores messages for sending; what has resolved is committed. Those that come while a commit is on its way are written
 * together by the next one: a single one waits for nobody, and many share a commit. One commit at a time, so that callers
 * with the same key never wait for each other in a circle. Two calls at once with one key give one message.
 */
export class MessageAcceptance {
  private readonly room = new OutboxRoom();
  private waiting: Waiting[] = [];
  private writing = false;

  constructor(private readonly pool: () => Pool) {}

  async accept(wanted: NewMessage): Promise<Acceptance> {
    for (let tries = 1; tries <= TRIES_MAX; tries += 1) {
      const id = uuidV7();
      const fate = await this.store(id, wanted);
      if (fate === 'stored') return { created: true, message: messageViewOf(acceptedRowOf(id, wanted)) };
      if (fate === 'no_account') return { unknownAccount: true };
      const earlier = await this.earlier(wanted);
      if (earlier) return earlier;
      if (fate === 'fenced') return { fenced: true };
      if (typeof fate === 'object') return fate;
      if (fate === 'full') return { full: true };
    }
    throw new Error(`no end in accepting a message of account ${wanted.accountId} under its Idempotency-Key`);
  }

  /** What came before under this key; null: nothing that is still remembered. */
  async earlier(wanted: Keyed): Promise<Acceptance | null> {
    const row = await findByKey(this.pool(), wanted);
    if (!row) return null;
    if (row.createdAt.getTime() >= wanted.now - IDEMPOTENCY_KEY_KEPT_MS)
      return row.bodyHash === wanted.bodyHash ? { created: false, message: messageViewOf(row) } : { conflict: true };
    await this.pool().query('UPDATE message SET idempotency_key = NULL WHERE id = $1', [row.id]);
    return null;
  }

  private store(id: string, wanted: NewMessage): Promise<Fate> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ id, wanted, resolve, reject });
      if (!this.writing) void this.writeAll();
    });
  }

  private async writeAll(): Promise<void> {
    this.writing = true;
    while (this.waiting.length > 0) {
      const batch = this.waiting.slice(0, ACCEPT_BATCH_MAX);
      this.waiting = this.waiting.slice(ACCEPT_BATCH_MAX);
      await this.write(batch);
    }
    this.writing = false;
  }

  /** Never rejects: each of the batch hears what became of it. */
  private async write(batch: readonly Waiting[]): Promise<void> {
    try {
      const places = await this.room.take(
        this.pool(),
        batch.map(({ wanted }) => wanted.accountId),
      );
      for (const one of batch.filter((_, at) => !places[at])) one.resolve('full');
      await this.insert(batch.filter((_, at) => places[at]));
    } catch (error) {
      for (const one of batch) one.reject(error);
    }
  }

  /** One row that can't be stored must not take the others with it: then each is written alone. */
  private async insert(batch: readonly Waiting[]): Promise<void> {
    if (batch.length === 0) return;
    try {
      const { rows } = await this.pool().query<AnswerRow>({
        ...ACCEPT,
        values: acceptValues(batch),
      });
      const fates = new Map(rows.map((row) => [row.id, fateOf(row)]));
      for (const { id, resolve } of batch) resolve(fates.get(id)!);
    } catch (error) {
      if (batch.length === 1 || !spoilsItsBatch(error)) throw error;
      for (const one of batch) await this.insert([one]).catch(one.reject);
    }
  }
}

interface AnswerRow {
  readonly id: string;
  readonly living: boolean;
  readonly stored: boolean;
  readonly fenced: boolean;
  readonly bar: LeaseBar | null;
}

function fateOf({ living, stored, fenced, bar }: AnswerRow): Fate {
  if (stored) return 'stored';
  if (!living) return 'no_account';
  if (bar !== null) return { barred: bar };
  return fenced ? 'fenced' : 'not_stored';
}

type EarlierRow = MessageRow & { readonly bodyHash: string };

async function findByKey(pool: Pool, { accountId, idempotencyKey }: Keyed): Promise<EarlierRow | undefined> {
  if (idempotencyKey === null) return undefined;
  const { rows } = await pool.query<EarlierRow>(
    `SELECT ${MESSAGE_COLUMNS}, body_hash AS "bodyHash" FROM message WHERE account_id = $1 AND idempotency_key = $2`,
    [accountId, idempotencyKey],
  );
  return rows[0];
}
