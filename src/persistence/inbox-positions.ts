import { type Pool } from 'pg';
import { CHATS_LISTED_MAX } from '#libs/contracts/limits/messages';
import { GROUP_COMMIT_ENTRIES_MAX } from '#libs/contracts/limits/runtime';
import { type InboxPosition } from '#src/supervision/inbox-ports';
import { StaleEpochError } from '#src/supervision/ports';
import { Gathering } from './gathering.js';
import { ALL_OTHER_CHATS } from './inbox-statements.js';

const TOGETHER = { togetherMax: GROUP_COMMIT_ENTRIES_MAX };

interface Heard {
  readonly accountId: string;
  readonly epoch: number;
  readonly until: number;
}

/**
 * Up to where each account knows its chats. When thousands connect at once, after a start, all ask for it and move it on:
 * one statement and one commit serve those who come together.
 */
export class InboxPositions {
  readonly #asked = new Gathering((ids: readonly string[]) => this.#readAll(ids), TOGETHER);
  readonly #heard = new Gathering((all: readonly Heard[]) => this.#moveAll(all), TOGETHER);

  constructor(private readonly pool: () => Pool) {}

  of(accountId: string): Promise<InboxPosition> {
    return this.#asked.ask(accountId);
  }

  /** Rejects with a StaleEpochError when the account has another owner. */
  async moveOn(accountId: string, epoch: number, until: number): Promise<void> {
    if (!(await this.#heard.ask({ accountId, epoch, until }))) throw new StaleEpochError(accountId);
  }

  async #readAll(ids: readonly string[]): Promise<readonly InboxPosition[]> {
    const { rows } = await this.pool().query<PositionRow>({ ...POSITIONS, values: [ids, CHATS_LISTED_MAX] });
    const byAccount = new Map<string, PositionRow[]>(ids.map((id) => [id, []]));
    for (const row of rows) byAccount.get(row.accountId)!.push(row);
    return ids.map((id) => positionOf(byAccount.get(id)!));
  }

  /** Answers for each whether its epoch is right. */
  async #moveAll(all: readonly Heard[]): Promise<readonly boolean[]> {
    const { rows } = await this.pool().query<{ accountId: string; epoch: string }>({
      ...HEARD_UNTIL,
      values: [all.map(({ accountId }) => accountId), all.map(({ epoch }) => epoch), all.map(({ until }) => until)],
    });
    const epochs = new Map(rows.map(({ accountId, epoch }) => [accountId, Number(epoch)]));
    return all.map(({ accountId, epoch }) => epochs.get(accountId) === epoch);
  }
}

interface PositionRow {
  readonly accountId: string;
  readonly wantsMedia: boolean;
  readonly chatId: string | null;
  readonly afterMs: number;
}

function positionOf(rows: readonly PositionRow[]): InboxPosition {
  const heardUntil = rows.find(({ chatId }) => chatId === ALL_OTHER_CHATS)?.afterMs ?? null;
  const chats = rows.flatMap(({ chatId, afterMs }) =>
    chatId !== null && chatId !== ALL_OTHER_CHATS && afterMs > (heardUntil ?? 0) ? { chatId, afterMs } : [],
  );
  return { heardUntil, chats, wantsMedia: rows[0]!.wantsMedia };
}

/** $1 accounts, one may come twice; $2 at most so many chats of each. At least one row for each account. */
const POSITIONS = {
  name: 'inbox-positions',
  text: `
SELECT asked.id AS "accountId",
  EXISTS (SELECT FROM message WHERE account_id = asked.id AND media_state = 'pending') AS "wantsMedia", cursors.*
FROM (SELECT DISTINCT id FROM unnest($1::uuid[]) AS all_asked (id)) AS asked LEFT JOIN LATERAL (
  SELECT chat_id AS "chatId", extract(epoch FROM last_at)::float8 * 1000 AS "afterMs"
  FROM chat_cursor WHERE account_id = asked.id ORDER BY last_at DESC LIMIT $2::integer
) AS cursors ON true`,
} as const;

/**
 * $1 accounts, $2 their epochs, $3 up to where all of their chats are known: the cursors of single chats say nothing more,
 * then. The ownership rows are locked as in snapshot-write.ts, in the same order.
 */
const HEARD_UNTIL = {
  name: 'inbox-heard-until',
  text: `
WITH told AS (
  SELECT account, epoch_told, max(until_ms) AS until_ms
  FROM unnest($1::uuid[], $2::bigint[], $3::float8[]) AS t (account, epoch_told, until_ms) GROUP BY account, epoch_told
), owned AS MATERIALIZED (
  SELECT o.account_id, o.epoch, to_timestamp(until_ms / 1000) AS until
  FROM account_ownership o JOIN told ON o.account_id = account AND o.epoch = epoch_told
  ORDER BY o.account_id
  FOR SHARE OF o
), heard AS (
  INSERT INTO chat_cursor (account_id, chat_id, last_at)
  SELECT account_id, '${ALL_OTHER_CHATS}', until FROM owned ORDER BY account_id
  ON CONFLICT (account_id, chat_id) DO UPDATE SET last_at = greatest(chat_cursor.last_at, excluded.last_at)
), passed AS (
  DELETE FROM chat_cursor c USING owned
  WHERE c.account_id = owned.account_id AND c.chat_id <> '${ALL_OTHER_CHATS}' AND c.last_at <= owned.until
)
SELECT account_id AS "accountId", epoch FROM owned`,
} as const;
