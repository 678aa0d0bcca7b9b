import { type Pool } from 'pg';
import { GROUP_COMMIT_ENTRIES_MAX } from '#libs/contracts/limits/runtime';
import { type UnreadMessage } from '#src/supervision/ports';
import { Gathering } from './gathering.js';

interface Asked {
  readonly accountId: string;
  readonly after: number;
  readonly limit: number;
}

/**
 * The latest messages that are not known to be read, of `latestMax` at most. After a start each account asks for its own
 * within the same seconds: one statement serves those who come together.
 */
export class UnreadMessages {
  readonly #asked: Gathering<Asked, readonly UnreadMessage[]>;

  constructor(pool: () => Pool, latestMax: number) {
    const readAll = async (all: readonly Asked[]): Promise<readonly (readonly UnreadMessage[])[]> => {
      const { rows } = await pool().query<UnreadMessage & { readonly place: number }>({
        ...UNREAD_SINCE,
        values: [
          all.map(({ accountId }) => accountId),
          all.map(({ after }) => after),
          all.map(({ limit }) => limit),
          latestMax,
        ],
      });
      const byPlace = all.map((): UnreadMessage[] => []);
      for (const { place, ...message } of rows) byPlace[place - 1]!.push(message);
      return byPlace;
    };
    this.#asked = new Gathering(readAll, { togetherMax: GROUP_COMMIT_ENTRIES_MAX });
  }

  since(accountId: string, after: number, limit: number): Promise<readonly UnreadMessage[]> {
    return this.#asked.ask({ accountId, after, limit });
  }
}

/**
 * $1 accounts, $2 after this, $3 at most so many, $4 of the latest so many messages: by time there is no index, which each
 * acknowledgement would have to renew. What is done to a message has no id to ask for.
 */
const UNREAD_SINCE = {
  name: 'outbox-unread-since',
  text: `
SELECT asked.place::integer AS place, unread.*
FROM unnest($1::uuid[], $2::float8[], $3::integer[]) WITH ORDINALITY AS asked (account, after_ms, most, place),
LATERAL (
  SELECT provider_message_id AS "providerMessageId", chat_id AS "chatId", status FROM (
    SELECT direction, status, provider_message_id, chat_id, sent_at FROM message
    WHERE account_id = asked.account ORDER BY id DESC LIMIT $4::integer
  ) AS latest
  WHERE direction = 'out' AND status IN ('sent', 'delivered') AND provider_message_id IS NOT NULL
    AND sent_at > to_timestamp(asked.after_ms / 1000)
  ORDER BY sent_at DESC LIMIT asked.most
) AS unread`,
} as const;
