import { type QueryResultRow } from 'pg';
import { type DataSource } from 'typeorm';
import { v7 as uuidV7 } from 'uuid';
import { type GroupChange } from '#libs/contracts/chat';
import { EARLY_CHANGES_KEPT_MS } from '#libs/contracts/limits/messages';
import { type MediaView } from '#libs/contracts/media';
import { type MessageView } from '#libs/contracts/message';
import { type ReceivedMessage } from '#libs/contracts/received-message';
import {
  type InboxPosition,
  type InboxStore,
  type MessageChange,
  type ReceivingTerms,
  type WantedMedia,
} from '#src/supervision/inbox-ports';
import { StaleEpochError } from '#src/supervision/ports';
import { poolOf } from './data-source.js';
import { InboxPositions } from './inbox-positions.js';
import {
  CHANGE_GROUP,
  CHANGES,
  FORGET_EARLY,
  FORGET_GROUPS,
  MEDIA_STORED,
  MEDIA_TRIED,
  MEDIA_WANTED,
  RECEIVE,
} from './inbox-statements.js';
import { type MessageContent } from './message-content.js';
import { type MessageRow, messageViewOf } from './message-row.js';
import { type Statement } from './message-statements.js';
import { storable } from './snapshot-write.js';

/** Rows of one upkeep: far within STATEMENT_MS_MAX. */
const FORGOTTEN_MAX = 10_000;

type MaybeMessage = Omit<MessageRow, 'id'> & { readonly id: string | null };

/** What comes in. Times given are milliseconds since 1970. */
export class InboxRepository implements InboxStore {
  readonly #positions: InboxPositions;

  constructor(private readonly dataSource: DataSource) {
    this.#positions = new InboxPositions(() => poolOf(dataSource));
  }

  async receive(
    accountId: string,
    epoch: number,
    message: ReceivedMessage,
    { at, fetchesMedia, movesCursor }: ReceivingTerms,
  ): Promise<MessageView | null> {
    const mediaState = message.media === null ? null : fetchesMedia ? 'pending' : 'failed';
    const [row] = await this.#write<MaybeMessage>(RECEIVE, accountId, epoch, [
      uuidV7(),
      storable(message.providerMessageId),
      storable(message.chatId),
      storable(message.from),
      message.kind,
      storable(message.text),
      contentOf(message),
      mediaState,
      message.quoted === null ? null : storable(message.quoted),
      message.sentAt,
      at,
      movesCursor,
    ]);
    return viewOf(row);
  }

  async change(accountId: string, epoch: number, change: MessageChange, at: number): Promise<MessageView | null> {
    const person = change.type === 'driver.reacted' ? change.from : '';
    const said = change.type === 'driver.reacted' ? change.emoji : change.type === 'driver.edited' ? change.text : '';
    const values = [storable(change.providerMessageId), storable(person), storable(said), change.at, at];
    const [row] = await this.#write<MaybeMessage>(CHANGES[change.type], accountId, epoch, values);
    return viewOf(row);
  }

  async changeGroup(accountId: string, epoch: number, change: GroupChange, at: number): Promise<boolean> {
    const data = storableJson({ change });
    const id = storable(change.providerMessageId);
    const [row] = await this.#write<{ told: boolean }>(CHANGE_GROUP, accountId, epoch, [id, at, data]);
    return row!.told;
  }

  position(accountId: string): Promise<InboxPosition> {
    return this.#positions.of(accountId);
  }

  heardUntil(accountId: string, epoch: number, until: number): Promise<void> {
    return this.#positions.moveOn(accountId, epoch, until);
  }

  async mediaWanted(
    accountId: string,
    limit: number,
    resting: readonly string[] = [],
  ): Promise<readonly WantedMedia[]> {
    const { rows } = await poolOf(this.dataSource).query<{
      messageId: string;
      providerMessageId: string;
      tries: number;
      media: MessageContent['media'];
    }>({ ...MEDIA_WANTED, values: [accountId, limit, resting] });
    return rows.map(({ media, ...wanted }) => ({ ...wanted, seconds: media?.seconds ?? null }));
  }

  async mediaStored(
    accountId: string,
    epoch: number,
    messageId: string,
    { id, mimeType, filename, bytes }: MediaView,
    seconds: number | null,
  ): Promise<MessageView | null> {
    const media = storableJson({ mimeType, filename, bytes, seconds });
    const [row] = await this.#write<MaybeMessage>(MEDIA_STORED, accountId, epoch, [messageId, id, media]);
    return viewOf(row);
  }

  async mediaTried(
    accountId: string,
    epoch: number,
    messageId: string,
    isGivenUp: boolean,
  ): Promise<MessageView | null> {
    const [row] = await this.#write<MaybeMessage>(MEDIA_TRIED, accountId, epoch, [messageId, isGivenUp]);
    return viewOf(row);
  }

  /** Changes whose message never came, and changes of groups that the log has forgotten as well; answers how many. */
  async forgetOld(now: number, groupsBefore: number): Promise<number> {
    const pool = poolOf(this.dataSource);
    const early = await pool.query(FORGET_EARLY, [now - EARLY_CHANGES_KEPT_MS, FORGOTTEN_MAX]);
    const groups = await pool.query(FORGET_GROUPS, [groupsBefore, FORGOTTEN_MAX]);
    return (early.rowCount ?? 0) + (groups.rowCount ?? 0);
  }

  async #write<Row extends QueryResultRow>(
    statement: Statement,
    accountId: string,
    epoch: number,
    values: readonly unknown[],
  ): Promise<readonly Row[]> {
    const { rows } = await poolOf(this.dataSource).query<Row & { owned: boolean }>({
      ...statement,
      values: [accountId, epoch, ...values],
    });
    if (!rows[0]!.owned) throw new StaleEpochError(accountId);
    return rows;
  }
}

function viewOf(row: MaybeMessage | undefined): MessageView | null {
  return row && row.id !== null ? messageViewOf({ ...row, id: row.id }) : null;
}

/** Null for what is nothing but its text: most messages. */
function contentOf({ location, contacts, poll, mentions, media, quoted }: ReceivedMessage): string | null {
  const content: MessageContent = {
    ...(location && { location }),
    ...(contacts && { contacts }),
    ...(poll && { poll }),
    ...(mentions.length > 0 && { mentions }),
    ...(media && { media }),
    ...(quoted !== null && { quoted }),
  };
  return Object.keys(content).length === 0 ? null : storableJson(content);
}

/** Postgres takes no zero character in a json text either, not even an escaped one, nor half of a character. */
const storableJson = (value: object): string =>
  JSON.stringify(value, (_key, part: unknown) => (typeof part === 'string' ? storable(part).toWellFormed() : part));
