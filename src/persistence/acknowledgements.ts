import { type Pool } from 'pg';
import { ACKNOWLEDGE_BATCH_MAX } from '#libs/contracts/limits/messages';
import { GROUP_COMMIT_WAIT_MS_MAX } from '#libs/contracts/limits/runtime';
import { type MessageView } from '#libs/contracts/message';
import { type Acknowledgement, StaleEpochError } from '#src/supervision/ports';
import { messageEventOf } from './event-write.js';
import { Gathering } from './gathering.js';
import { MESSAGE_COLUMNS, type MessageRow, messageViewOf } from './message-row.js';

interface Said {
  readonly accountId: string;
  readonly epoch: number;
  readonly acks: readonly Acknowledgement[];
}

/**
 * What providers say of messages sent. Nobody waits for one to be stored before the next message goes, and each would be a
 * commit of its own; so while many come, those of all accounts that come within GROUP_COMMIT_WAIT_MS_MAX share one.
 */
export class Acknowledgements {
  readonly #said = new Gathering((all: readonly Said[]) => this.#writeAll(all), {
    togetherMax: ACKNOWLEDGE_BATCH_MAX,
    gapMs: GROUP_COMMIT_WAIT_MS_MAX,
  });

  constructor(private readonly pool: () => Pool) {}

  /** Answers the changed messages. Rejects with a StaleEpochError when the account has another owner. */
  async write(accountId: string, epoch: number, acks: readonly Acknowledgement[]): Promise<readonly MessageView[]> {
    const views = await this.#said.ask({ accountId, epoch, acks });
    if (!views) throw new StaleEpochError(accountId);
    return views;
  }

  /** For each its changed messages; null where the epoch is not the present one. */
  async #writeAll(all: readonly Said[]): Promise<readonly (readonly MessageView[] | null)[]> {
    const lines = all.flatMap(({ accountId, epoch, acks }) => acks.map((ack) => ({ ...ack, accountId, epoch })));
    const { rows } = await this.pool().query<OwnedRow>({
      ...ACKNOWLEDGE,
      values: [
        lines.map(({ accountId }) => accountId),
        lines.map(({ epoch }) => epoch),
        lines.map(({ providerMessageId }) => providerMessageId),
        lines.map(({ level }) => level),
        lines.map(({ at }) => at),
      ],
    });
    const owned = new Map(rows.map(({ owner, epoch }) => [owner, Number(epoch)]));
    const changed = rows.filter((row): row is OwnedRow & MessageRow => row.id !== null);
    return all.map(({ accountId, epoch, acks }) => {
      if (owned.get(accountId) !== epoch) return null;
      const ids = new Set(acks.map(({ providerMessageId }) => providerMessageId));
      return changed.filter((row) => row.owner === accountId && ids.has(row.providerMessageId!)).map(messageViewOf);
    });
  }
}

type OwnedRow = Omit<MessageRow, 'id'> & { readonly owner: string; readonly epoch: string; readonly id: string | null };

/** The order of these words is the order in which a message comes on. */
const LEVELS = `ARRAY['sent', 'delivered', 'read']`;

/**
 * $1 accounts, $2 their epochs, $3 the provider's ids, $4 the levels, $5 when: of an account each id once. A later level
 * implies the earlier ones. `uncertain` is left for what the provider knows, and so is `queued` by what has an id: it was
 * put back by a write that came late. `failed` stays: whoever was told so may have sent it again. The ownership rows are
 * locked as in snapshot-write.ts, in the same order. At least one row for each account whose epoch is right.
 */
const ACKNOWLEDGE = {
  name: 'outbox-acknowledge',
  text: `
WITH ack AS (
  SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::float8[])
    AS a (account, epoch_told, known_as, level, said_at)
), owned AS MATERIALIZED (
  SELECT o.account_id AS owner, o.epoch FROM account_ownership o
  WHERE (o.account_id, o.epoch) IN (SELECT account, epoch_told FROM ack)
  ORDER BY o.account_id
  FOR SHARE
), changed AS (
  UPDATE message SET status = level, pending = false, error_code = NULL, error_message = NULL,
    sent_at = coalesce(sent_at, to_timestamp(said_at / 1000)),
    delivered_at = CASE WHEN level IN ('delivered', 'read')
      THEN coalesce(delivered_at, to_timestamp(said_at / 1000)) ELSE delivered_at END,
    read_at = CASE WHEN level = 'read' THEN to_timestamp(said_at / 1000) ELSE read_at END
  FROM ack JOIN owned ON owner = account AND epoch = epoch_told
  WHERE account_id = account AND direction = 'out' AND provider_message_id = known_as
    AND status IN ('queued', 'sending', 'uncertain', 'sent', 'delivered')
    AND coalesce(array_position(${LEVELS}, status), 0) < array_position(${LEVELS}, level)
  RETURNING ${MESSAGE_COLUMNS}
), ${messageEventOf('message.changed')}
SELECT owner, epoch, changed.* FROM owned LEFT JOIN changed ON "accountId" = owner`,
} as const;
